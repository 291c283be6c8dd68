import type { SpdyHeaders } from "./header-block.ts";

/**
 * A control frame of SPDY/3.1 (draft 3.1, 2.2.1); those that nobody here needs (SETTINGS, WINDOW_UPDATE, CREDENTIAL) are passed
 * over. Data frames have no object: their bytes go on as they come.
 * ```
 *  1 version (15 bits) │ type (16)         0 stream id (31)
 *  flags (8) │ length (24)                 flags (8) │ length (24)
 *  … length bytes                          … length bytes of data
 * ```
 */
export type ControlFrame =
  | HeadersFrame<"SYN_STREAM">
  | HeadersFrame<"SYN_REPLY">
  | HeadersFrame<"HEADERS">
  | { readonly type: "RST_STREAM"; readonly streamId: number; readonly status: number }
  | { readonly type: "PING"; readonly id: number }
  | { readonly type: "GOAWAY"; readonly lastGoodStreamId: number; readonly status: number };

/** A frame with headers; HEADERS may follow on a stream that is open. */
export interface HeadersFrame<Type> {
  readonly type: Type;
  readonly streamId: number;
  /** The sender will send nothing more on this stream. */
  readonly isLast: boolean;
  readonly headers: SpdyHeaders;
}

/** The types' numbers on the wire. */
export const frameTypes: Readonly<Record<ControlFrame["type"], number>> = {
  SYN_STREAM: 1,
  SYN_REPLY: 2,
  RST_STREAM: 3,
  PING: 6,
  GOAWAY: 7,
  HEADERS: 8,
};

/** Bytes before each frame's own. */
export const frameHeadBytes = 8;
/** Flag FIN of data frames and of frames with headers. */
export const finFlag = 1;
/** Stream ids have 31 bits. */
export const maxStreamId = 2 ** 31 - 1;

/** Why a stream is reset (draft 3.1, 2.6.3). */
export const resetStatus = { refusedStream: 3, cancel: 5 } as const;
