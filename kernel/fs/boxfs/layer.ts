// Emits the layer stream of abi/layer.ts: what differs between the root file system and its image.

/** Sends the next part; called until it returns 0. -EBLOCKED*: a chunk or the ring is busy, call again after completions. */
export function layer_emit(): i32 {
  return 0;
}
