// Original file: proto/runtime/v1/api.proto


export interface CheckpointPodRequest {
  'podSandboxId'?: (string);
  /**
   * An empty folder of the caller's; partial files are removed when the call fails.
   */
  'outputPath'?: (string);
  /**
   * Exactly the running containers to be written, each once.
   */
  'containerIds'?: (string)[];
  /**
   * Of the runtime handler; unknown ones are refused.
   */
  'options'?: ({[key: string]: string});
}

export interface CheckpointPodRequestOutput {
  'podSandboxId': (string);
  /**
   * An empty folder of the caller's; partial files are removed when the call fails.
   */
  'outputPath': (string);
  /**
   * Exactly the running containers to be written, each once.
   */
  'containerIds': (string)[];
  /**
   * Of the runtime handler; unknown ones are refused.
   */
  'options': ({[key: string]: string});
}
