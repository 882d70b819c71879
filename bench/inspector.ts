// Another Node.js process of this user, asked through its inspector, which a signal opens (Linux, macOS).
import { setTimeout as sleep } from 'node:timers/promises';

const PORT = 9229;

/** Collects all garbage in that process and returns its `process.memoryUsage()`; its inspector is closed again. */
export async function collected(pid: number): Promise<NodeJS.MemoryUsage> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await address());
  await new Promise((open, fail) => {
    socket.onopen = open;
    socket.onerror = fail;
  });
  const call = caller(socket);
  await call('HeapProfiler.collectGarbage');
  const expression = 'JSON.stringify({ pid: process.pid, ...process.memoryUsage() })';
  const { result } = (await call('Runtime.evaluate', { expression })) as { result: { value: string } };
  // The port is for the next process; the answer to this goes under with the inspector.
  socket.send(request(0, 'Runtime.evaluate', { expression: `process.getBuiltinModule('node:inspector').close()` }));
  await new Promise((closed) => {
    socket.onclose = closed;
  });
  const answer = JSON.parse(result.value);
  if (answer.pid !== pid) throw new Error(`inspector: found process ${answer.pid} at port ${PORT}, expected ${pid}`);
  return answer;
}

async function address(): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    await sleep(50);
    const [target] = await fetch(`http://127.0.0.1:${PORT}/json/list`).then(
      (answer) => answer.json() as Promise<{ webSocketDebuggerUrl: string }[]>,
      () => [], // not open yet
    );
    if (target) return target.webSocketDebuggerUrl;
  }
  throw new Error(`inspector: found nothing at port ${PORT}, expected it after SIGUSR1`);
}

const request = (id: number, method: string, params: object): string => JSON.stringify({ id, method, params });

/** Calls a method and waits for its answer. */
function caller(socket: WebSocket): (method: string, params?: object) => Promise<unknown> {
  let last = 0;
  return (method, params = {}) =>
    new Promise((answered) => {
      const id = ++last;
      socket.addEventListener('message', function listen({ data }: MessageEvent<string>) {
        const answer = JSON.parse(data);
        if (answer.id !== id) return;
        socket.removeEventListener('message', listen);
        answered(answer.result);
      });
      socket.send(request(id, method, params));
    });
}
