// Original file: proto/runtime/v1/api.proto


/**
 * Credentials for a registry; usually one kind of them.
 */
export interface AuthConfig {
  'username'?: (string);
  'password'?: (string);
  /**
   * Base64 of `username:password`.
   */
  'auth'?: (string);
  'serverAddress'?: (string);
  /**
   * To be exchanged for an access token.
   */
  'identityToken'?: (string);
  /**
   * Sent to the registry as it is.
   */
  'registryToken'?: (string);
}

/**
 * Credentials for a registry; usually one kind of them.
 */
export interface AuthConfigOutput {
  'username': (string);
  'password': (string);
  /**
   * Base64 of `username:password`.
   */
  'auth': (string);
  'serverAddress': (string);
  /**
   * To be exchanged for an access token.
   */
  'identityToken': (string);
  /**
   * Sent to the registry as it is.
   */
  'registryToken': (string);
}
