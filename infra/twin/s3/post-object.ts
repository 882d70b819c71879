// PostObject: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
import { xmlDocument } from '../xml.ts';
import { putObject } from './put-object.ts';
import type { ObjectRequest, S3Response } from './request.ts';
import type { Room } from './room.ts';

/** Writes the file of a checked form, and answers as the form wishes. */
export async function postObject(room: Room, request: ObjectRequest): Promise<S3Response> {
  const { bucket, key, form } = request;
  const { headers = {} } = await putObject(room, request, 'ObjectCreated:Post');
  const location = `/${bucket.name}/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
  const answer = { ...headers, location };
  const redirect = redirectTarget(form?.get('success_action_redirect') ?? form?.get('redirect'));
  if (redirect !== undefined) {
    const found = { bucket: bucket.name, key, etag: headers.etag };
    for (const [name, value] of Object.entries(found)) redirect.searchParams.append(name, value);
    return { status: 303, headers: { ...headers, location: redirect.href } };
  }
  const status = form?.get('success_action_status');
  if (status === '200') return { status: 200, headers: answer };
  // Any other value counts as none.
  if (status !== '201') return { status: 204, headers: answer };
  const fields = { Location: location, Bucket: bucket.name, Key: key, ETag: headers.etag };
  return { status: 201, headers: answer, body: xmlDocument('PostResponse', fields) };
}

/** S3 ignores an address that it cannot read. */
function redirectTarget(sent: string | undefined): URL | undefined {
  return sent !== undefined && URL.canParse(sent) ? new URL(sent) : undefined;
}
