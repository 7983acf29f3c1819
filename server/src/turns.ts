/**
 * Runs something in the next turn of the event loop, behind what has already arrived: `setImmediate`, which browsers do
 * not have. A message to oneself is the nearest to it there: a timer of zero waits for four milliseconds.
 */
export const nextTurn: (callback: () => void) => void =
  typeof setImmediate === "function" ? (callback) => void setImmediate(callback) : byMessage();

function byMessage(): (callback: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.addEventListener("message", () => waiting.shift()?.());
  port1.start();
  return (callback) => {
    waiting.push(callback);
    port2.postMessage(undefined);
  };
}
