import { describeBackend } from "./backend-contract.ts";
import { FakeBackend } from "./fake-backend.ts";
import { echoPort } from "./fake-io.ts";

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
      echoes: ["cat"],
      says: (out, err) => ["say", out, err],
      tellsSizes: ["sizes"],
      listens: ["listen"],
    },
    echoPort,
    [Symbol.asyncDispose]: async () => undefined,
  };
});
