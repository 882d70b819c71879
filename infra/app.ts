// Which stacks exist. `synthesize` writes the same cloud assembly with and without the CDK's command line.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { App, Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { type Build, buildAssets } from '#infra/build.ts';
import { PipelineStack } from '#infra/pipeline-stack.ts';
import { readSettings } from '#infra/settings.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
export const STACK_NAME = 'Tricuspid';

export interface SynthesisOptions {
  /** Folder of the cloud assembly. */
  readonly outdir: string;
  /** Settings (infra/settings.ts) and feature flags over those of cdk.json. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Folder in which bundles and layer are staged; `dist` of the repository unless two runs must not meet. */
  readonly buildFolder?: string;
  /** Whether the rule packs AwsSolutions and HIPAA.Security and CloudFormation's schema check the stack; on, unless only the template is wanted. */
  readonly checks?: boolean;
}

/** Bundles the functions, stages layer and models, and writes the cloud assembly: offline, without Docker or look-ups. */
export async function synthesize(options: SynthesisOptions): Promise<CloudAssembly> {
  const { outdir, context = {}, buildFolder = join(REPOSITORY, 'dist'), checks = true } = options;
  const app = createApp(outdir, context, { checks });
  const build = await buildAssets(buildFolder, readSettings(app.node).architecture);
  addPipeline(app, build, { checks });
  return app.synth();
}

/** An app with the feature flags and settings of cdk.json under those given here; CloudFormation's schema is one of the checks. */
export function createApp(
  outdir: string,
  context: Readonly<Record<string, unknown>> = {},
  { checks }: { readonly checks: boolean } = { checks: true },
): App {
  return new App({ outdir, context: { ...projectContext(), ...context }, builtinCloudFormationValidation: checks });
}

/** Puts the pipeline into the app; with checks, `synth()` throws when a rule pack finds what nobody acknowledged. */
export function addPipeline(app: App, build: Build, { checks }: { readonly checks: boolean }): PipelineStack {
  if (checks) Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new HIPAASecurityChecks(app));
  return new PipelineStack(app, STACK_NAME, build);
}

/** The feature flags of cdk.json: without the command line nobody else would read them. */
function projectContext(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(REPOSITORY, 'cdk.json'), 'utf8')).context;
}

/** `-c name=value`, as the CDK's command line takes it. */
function contextOf(assignments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const [name = '', ...value] = assignment.split('=');
      if (name === '' || value.length === 0) throw new Error(`-c ${assignment}: found no value, allowed is name=value`);
      return [name, value.join('=')];
    }),
  );
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { context: { type: 'string', short: 'c', multiple: true, default: [] } } });
  // The CDK's command line says where it will look for the assembly.
  const outdir = process.env.CDK_OUTDIR ?? join(REPOSITORY, 'cdk.out');
  await synthesize({ outdir, context: contextOf(values.context) });
}
