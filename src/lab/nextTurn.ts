let turn: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/**
 * A turn of the event loop at once. A timer of 0 waits 4 ms, more than a step of a small policy on a GPU takes, and up to a
 * minute in a page that is hidden.
 */
export const nextTurn = () =>
  new Promise<void>((resolve) => {
    turn ??= opened();
    waiting.push(resolve);
    turn.port2.postMessage(0);
  });

function opened(): MessageChannel {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => waiting.shift()?.();
  return channel;
}
