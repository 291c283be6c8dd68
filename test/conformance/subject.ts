import { type CallOptions, CriClient, type StreamOptions } from "../../src/client/cri-client.ts";
import type { Feature } from "./features.ts";
import { type Subject, subjectVariable } from "./subject-variable.ts";

const text = process.env[subjectVariable];
if (text === undefined) throw new Error("run the suite by test/conformance/run.ts");

/** The endpoint under test. */
export const subject = JSON.parse(text) as Subject;

// Idle connections do not keep a process alive, so nothing has to close these.
const runtimeClient = new CriClient(subject.endpoint);
const imageClient = new CriClient(subject.imageEndpoint);

const timeoutMillis = 90_000;

type RuntimeName = Parameters<CriClient["runtime"]>[0];
type ImageName = Parameters<CriClient["image"]>[0];

/** Calls the RuntimeService under test. Without options the deadline is there for a broken endpoint only. */
export function runtime<Name extends RuntimeName>(
  name: Name,
  request: Parameters<typeof runtimeClient.runtime<Name>>[1],
  options: CallOptions = { timeoutMillis },
): ReturnType<typeof runtimeClient.runtime<Name>> {
  return runtimeClient.runtime(name, request, options);
}

/** Calls the ImageService under test. */
export function image<Name extends ImageName>(
  name: Name,
  request: Parameters<typeof imageClient.image<Name>>[1],
  options: CallOptions = { timeoutMillis },
): ReturnType<typeof imageClient.image<Name>> {
  return imageClient.image(name, request, options);
}

/** Calls an RPC of the RuntimeService that answers with a stream. */
export function runtimeStream<Name extends RuntimeName>(
  name: Name,
  request: Parameters<typeof runtimeClient.runtimeStream<Name>>[1],
  options: StreamOptions = { timeoutMillis },
): ReturnType<typeof runtimeClient.runtimeStream<Name>> {
  return runtimeClient.runtimeStream(name, request, options);
}

/** The same of the ImageService. */
export function imageStream<Name extends ImageName>(
  name: Name,
  request: Parameters<typeof imageClient.imageStream<Name>>[1],
  options: StreamOptions = { timeoutMillis },
): ReturnType<typeof imageClient.imageStream<Name>> {
  return imageClient.imageStream(name, request, options);
}

/** Options of a test that a feature is needed for: skips with the reason where the endpoint lacks it. */
export function needs(feature: Feature): { readonly skip: string | false } {
  const reason = subject.lacks[feature];
  return { skip: reason === undefined ? false : `${feature}: ${reason}` };
}

/** Whether the endpoint has a feature, for a check within a test. */
export function has(feature: Feature): boolean {
  return subject.lacks[feature] === undefined;
}
