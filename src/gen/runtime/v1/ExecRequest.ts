// Original file: proto/runtime/v1/api.proto


/**
 * At least one stream must be asked for; with a terminal stderr may not be.
 */
export interface ExecRequest {
  'containerId'?: (string);
  'cmd'?: (string)[];
  'tty'?: (boolean);
  'stdin'?: (boolean);
  'stdout'?: (boolean);
  'stderr'?: (boolean);
}

/**
 * At least one stream must be asked for; with a terminal stderr may not be.
 */
export interface ExecRequestOutput {
  'containerId': (string);
  'cmd': (string)[];
  'tty': (boolean);
  'stdin': (boolean);
  'stdout': (boolean);
  'stderr': (boolean);
}
