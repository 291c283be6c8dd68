// Original file: proto/runtime/v1/api.proto


/**
 * The kubelet needs the types RuntimeReady and NetworkReady; others are shown only.
 */
export interface RuntimeCondition {
  'type'?: (string);
  'status'?: (boolean);
  /**
   * CamelCase, for machines.
   */
  'reason'?: (string);
  /**
   * For people.
   */
  'message'?: (string);
}

/**
 * The kubelet needs the types RuntimeReady and NetworkReady; others are shown only.
 */
export interface RuntimeConditionOutput {
  'type': (string);
  'status': (boolean);
  /**
   * CamelCase, for machines.
   */
  'reason': (string);
  /**
   * For people.
   */
  'message': (string);
}
