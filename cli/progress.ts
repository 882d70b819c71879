// Progress on standard error that vanishes when it is not a terminal; results alone go to standard output.
import { DefaultRenderer, Listr, ListrLogger, type ListrTask, ProcessOutput, SilentRenderer } from 'listr2';

export interface Step {
  readonly title: string;
  /** Does the work; `say` shows one line below the title. */
  run(say: (line: string) => void): Promise<void>;
}

/** Runs the steps in order. */
export async function showing(steps: readonly Step[]): Promise<void> {
  const tasks: ListrTask[] = steps.map(({ title, run }) => ({
    title,
    task: (_, task) =>
      run((line) => {
        task.output = line;
      }),
  }));
  if (!process.stderr.isTTY) return void (await new Listr(tasks, { renderer: SilentRenderer }).run());
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  await new Listr(tasks, { renderer: DefaultRenderer, rendererOptions: { logger, collapseErrors: false } }).run();
}
