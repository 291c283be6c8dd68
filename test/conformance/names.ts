/** Every pod of the suite is in this namespace, so that the runner can see what was left. */
export const suiteNamespace = "cri-conformance";
