// Original file: proto/runtime/v1/api.proto


/**
 * At least one stream must be asked for; with a terminal stderr may not be.
 */
export interface AttachRequest {
  'containerId'?: (string);
  'stdin'?: (boolean);
  /**
   * Must equal that of the container.
   */
  'tty'?: (boolean);
  'stdout'?: (boolean);
  'stderr'?: (boolean);
}

/**
 * At least one stream must be asked for; with a terminal stderr may not be.
 */
export interface AttachRequestOutput {
  'containerId': (string);
  'stdin': (boolean);
  /**
   * Must equal that of the container.
   */
  'tty': (boolean);
  'stdout': (boolean);
  'stderr': (boolean);
}
