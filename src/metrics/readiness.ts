import type { EngineOverview } from "../model/overview.ts";
import type { Condition } from "../model/runtime.ts";

interface Check {
  readonly name: string;
  readonly condition: Condition;
}

/** Whether the node can run pods, and each part's condition. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly Check[];
}

/**
 * Takes the engines and whether lists are answered. Ready as Status tells it to the kubelet: one engine that works is enough, since
 * pods of another that is away must not make the node lose those that run.
 */
export function readinessOf(engines: readonly EngineOverview[], lists: Condition): Readiness {
  const ready =
    engines.some(({ condition }) => condition.ok) &&
    engines.some(({ networkCondition }) => networkCondition.ok) &&
    lists.ok;
  const checks = [
    ...engines.map(({ engine, condition }) => ({ name: `engine ${engine}`, condition })),
    ...engines.map(({ engine, networkCondition: condition }) => ({
      name: `network ${engine}`,
      condition,
    })),
    { name: "lists", condition: lists },
  ];
  return { ready, checks };
}

/** One line a condition: its reason, and when verbose the words for people. */
export function readinessText({ ready, checks }: Readiness, verbose: boolean): string {
  const lines = checks.map(({ name, condition: { ok, reason, message } }) => {
    const words = verbose && message !== "" ? `: ${message.replaceAll(/\s+/g, " ")}` : "";
    return `${name}: ${ok ? "ok" : reason}${words}`;
  });
  return `${[ready ? "ready" : "not ready", ...lines].join("\n")}\n`;
}
