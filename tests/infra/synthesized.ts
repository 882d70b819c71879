// Syntheses for the tests of a file, in folders of their own, and the questions that the tests ask them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addPipeline, createApp, STACK_NAME } from '#infra/app.ts';
import { type Build, buildAssets } from '#infra/build.ts';
import type { Architecture } from '#infra/layer.ts';
import type { AccessRequest } from '#infra/twin/contract.ts';
import { createAuthorizer } from '#infra/twin/iam/authorizer.ts';
import type { PolicyDocument } from '#infra/twin/iam/policy.ts';
import { readAssembly } from '#infra/twin/template/assembly.ts';
import type { StackDescription } from '#infra/twin/template/descriptions.ts';
import { type LoadedTemplate, loadTemplate } from '#infra/twin/template/load.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

export interface Synthesized {
  readonly resources: Readonly<Record<string, Resource>>;
  /** The template as a deployment would resolve it. */
  readonly loaded: LoadedTemplate;
  readonly stack: StackDescription;
}

const ACCOUNT = '123456789012';

/** A folder of its own for each synthesis: test files run side by side. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tricuspid-synthesis-'));
}

const builds = new Map<Architecture, Promise<Build>>();
const folders: string[] = [];

/** Bundles and layer are staged once per test file and architecture: settings do not reach into them. */
function sharedBuild(architecture: Architecture): Promise<Build> {
  const known = builds.get(architecture) ?? buildAssets(newFolder(), architecture);
  builds.set(architecture, known);
  return known;
}

/** A temporary folder that `removeSyntheses` takes away. */
export function newFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
}

/** Removes what the syntheses of a test file left. */
export function removeSyntheses(): void {
  builds.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** Synthesizes without the rule packs and CloudFormation's schema, which have a test of their own. */
export async function synthesizeForTest(context: Readonly<Record<string, unknown>> = {}): Promise<Synthesized> {
  const outdir = newFolder();
  const app = createApp(outdir, { '@aws-cdk/core:validateAgainstDefaultRules': false, ...context });
  addPipeline(app, await sharedBuild(context.architecture === 'arm64' ? 'arm64' : 'x86_64'), { checks: false });
  app.synth();
  const template = JSON.parse(readFileSync(join(outdir, `${STACK_NAME}.template.json`), 'utf8'));
  const place = {
    account: ACCOUNT,
    region: 'eu-central-1',
    stackName: STACK_NAME,
    endpoint: 'http://127.0.0.1:4566',
  };
  const loaded = loadTemplate(readAssembly(outdir), place);
  return { resources: template.Resources, loaded, stack: loaded.stack };
}

/** Who asks, for what, on which resource; `context` in the condition keys' own spelling. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Asks the policies of the template, evaluated by the rules of IAM, whether a role may do something. */
export function policies(stack: StackDescription): (roleArn: string, question: Question) => boolean {
  const authorize = createAuthorizer({
    account: ACCOUNT,
    rolePolicies: new Map(
      stack.roles.map(({ arn, policies: own }) => [arn, own.map(({ document }) => asDocument(document))]),
    ),
    resourcePolicies: new Map([
      ...stack.resourcePolicies.map(({ resourceArn, document }) => [resourceArn, asDocument(document)] as const),
      ...stack.keys.map(({ arn, policy }) => [arn, asDocument(policy)] as const),
    ]),
  });
  return (roleArn, { action, resource, context = {}, tags = {} }) => {
    const lowered = Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
    const request: AccessRequest = {
      principal: { kind: 'role', roleArn, sessionName: 'test', tags },
      action,
      resourceArn: resource,
      context: lowered,
    };
    return authorize(request).allowed;
  };
}

function asDocument(document: unknown): PolicyDocument {
  return document as PolicyDocument;
}
