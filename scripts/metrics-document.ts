import { metricSubjects } from "../src/metrics/definitions.ts";
import { metricsDocument } from "../src/metrics/metrics-document.ts";

/** Prints docs/metrics.md. */
process.stdout.write(metricsDocument(metricSubjects));
