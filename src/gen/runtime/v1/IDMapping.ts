// Original file: proto/runtime/v1/api.proto


export interface IDMapping {
  'hostId'?: (number);
  'containerId'?: (number);
  /**
   * How many ids follow each other.
   */
  'length'?: (number);
}

export interface IDMappingOutput {
  'hostId': (number);
  'containerId': (number);
  /**
   * How many ids follow each other.
   */
  'length': (number);
}
