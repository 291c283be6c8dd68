import { describeBackend } from "./backend-contract.ts";
import { FakeBackend } from "./fake-backend.ts";

describeBackend("fake", async () => {
  const backend = new FakeBackend();
  backend.addImage("cri-ferry.test/busybox:1");
  return {
    backend,
    image: "cri-ferry.test/busybox:1",
    commands: {
      runs: ["run"],
      endsWith: (code) => ["exit", `${code}`],
      cannotRun: ["cannot", "run"],
      ignoresSigterm: ["ignore", "SIGTERM"],
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
});
