import { reportNodes, reportTitle } from '../page.ts';
import type { Report } from '../record.ts';
import { pagePdf } from './report-pdf.ts';

/** The same editions on paper: `internal/report.pdf` and `shareable/report.pdf`. */
export async function reportPdfs(editions: readonly Report[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const report of editions)
    files.set(`${report.audience}/report.pdf`, await pagePdf(reportTitle(report), reportNodes(report)));
  return files;
}
