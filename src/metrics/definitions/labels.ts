/** Labels that several metrics share: values, or what bounds them. */

export const engine = "docker or runc";
export const code = "OK or the gRPC name of the error, as NotFound";
