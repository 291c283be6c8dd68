import assert from "node:assert/strict";
import { test } from "node:test";
import { contentTypes, endOf, type Family, type Format, formatOf, linesOf } from "./exposition.ts";

const headers: readonly (readonly [string | undefined, Format])[] = [
  [undefined, "text"],
  ["", "text"],
  ["*/*", "text"],
  ["text/plain", "text"],
  ["application/openmetrics-text", "openmetrics"],
  // What Prometheus 2.42 sends, and what it sends today.
  [
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "openmetrics",
  ],
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5",
    "openmetrics",
  ],
  ["application/openmetrics-text;q=0.3, text/plain;q=0.5", "text"],
  ["application/openmetrics-text;version=0.0.1", "text"],
  ["application/openmetrics-text;q=0", "text"],
  ["application/openmetrics-text;q=x,,;;=", "text"],
];

for (const [accept, format] of headers) {
  test(`whoever accepts ${accept} gets ${format}`, () => assert.equal(formatOf(accept), format));
}

const counter: Family = {
  name: "a_bytes_total",
  definition: { kind: "counter", help: 'Says "\\" and\nmore.', labels: { x: "any" } },
  samples: [
    { labels: {}, value: 0 },
    { labels: { x: 'q"\\\n' }, value: 1e-7 },
  ],
};
const histogram: Family = {
  name: "b_seconds",
  definition: { kind: "histogram", help: "B.", labels: {}, buckets: [0.5, 1] },
  samples: [
    { metricName: "b_seconds_bucket", labels: { le: 0.5 }, value: 1 },
    { metricName: "b_seconds_bucket", labels: { le: 1 }, value: 1 },
    { metricName: "b_seconds_bucket", labels: { le: "+Inf" }, value: 2 },
    { metricName: "b_seconds_sum", labels: {}, value: 3.5 },
  ],
};

test("a counter keeps its name in the text format", () => {
  assert.equal(
    linesOf(counter, "text"),
    '# HELP a_bytes_total Says "\\\\" and\\nmore.\n# TYPE a_bytes_total counter\n' +
      'a_bytes_total 0\na_bytes_total{x="q\\"\\\\\\n"} 1e-7\n',
  );
});

test("OpenMetrics names the family without total, and its unit", () => {
  assert.equal(
    linesOf(counter, "openmetrics"),
    '# HELP a_bytes Says \\"\\\\\\" and\\nmore.\n# TYPE a_bytes counter\n# UNIT a_bytes bytes\n' +
      'a_bytes_total 0\na_bytes_total{x="q\\"\\\\\\n"} 1e-7\n',
  );
});

test("bounds are fractions in both formats, so that series stay the same", () => {
  const body = [
    'b_seconds_bucket{le="0.5"} 1',
    'b_seconds_bucket{le="1.0"} 1',
    'b_seconds_bucket{le="+Inf"} 2',
    "b_seconds_sum 3.5",
    "",
  ].join("\n");
  assert.ok(linesOf(histogram, "text").endsWith(body));
  assert.ok(linesOf(histogram, "openmetrics").endsWith(body));
});

test("numbers that are none are written as Prometheus writes them", () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const gauge: Family = {
    name: "c",
    definition: { kind: "gauge", help: "C.", labels: {} },
    samples: values.map((value) => ({ labels: {}, value })),
  };
  assert.ok(linesOf(gauge, "text").endsWith("c NaN\nc +Inf\nc -Inf\n"));
});

test("only OpenMetrics says where the page ends", () => {
  assert.equal(endOf("openmetrics"), "# EOF\n");
  assert.equal(endOf("text"), "");
  assert.match(contentTypes.openmetrics, /version=1\.0\.0/);
});
