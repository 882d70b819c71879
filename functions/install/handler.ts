// Custom resource of the template: every deployment puts the models that it ships into the archive.
import { join } from 'node:path';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { describeFailure } from '#functions/failure.ts';
import { readEnvironment, required } from '#lib/aws/environment.ts';
import { logger } from '#lib/aws/observe.ts';
import { archivePorts } from '#lib/aws/ports.ts';
import { folderReader, modelFolders } from '#lib/local/folder.ts';
import { installModel } from './install.ts';

const PHYSICAL_ID = 'shipped-models';

const { archive } = archivePorts();
const models = join(required(readEnvironment(), 'LAMBDA_TASK_ROOT'), 'models');

export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  try {
    if (event.RequestType !== 'Delete') await installAll(); // models outlive the stack: predictions name them
    await answer(event, 'SUCCESS', 'installed');
  } catch (error) {
    logger.error('models not installed', describeFailure(error));
    await answer(event, 'FAILED', error instanceof Error ? error.message : 'found a failure without a message');
  }
}

async function installAll(): Promise<void> {
  for (const folder of await modelFolders(models)) {
    logger.info('model installed', {
      model: await installModel(folder.slice(models.length + 1), folderReader(folder), archive),
    });
  }
}

/** CloudFormation user guide, "Custom resource response objects". */
async function answer(
  event: CloudFormationCustomResourceEvent,
  status: 'SUCCESS' | 'FAILED',
  reason: string,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = {
    Status: status,
    Reason: reason,
    PhysicalResourceId: PHYSICAL_ID,
    StackId,
    RequestId,
    LogicalResourceId,
  };
  const response = await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`install: found status ${response.status} from CloudFormation, expected success`);
}
