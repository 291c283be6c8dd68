/**
 * What docker takes from a terminal's input for the wish to detach. Its own default, ctrl-p ctrl-q, would keep each ctrl-p back
 * until the next key; there is no way to say none, so these are keys that nobody types in a row.
 */
export const detachKeys = "ctrl-^,ctrl-],ctrl-^,ctrl-],ctrl-^,ctrl-]";
