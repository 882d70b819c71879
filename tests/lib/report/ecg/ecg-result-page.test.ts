import { describe, expect, it } from 'vitest';
import type { Finding } from '#functions/study.ts';
import { ecgResultPage } from '#lib/report/ecg/ecg-result-page.ts';
import { answer, ECG_AF, ecgUnit, storedLeads, type UnitOptions } from '../../../ecg-unit.ts';

const page = (options: UnitOptions = {}): string => ecgResultPage(ecgUnit(options));
const noisy: Finding = {
  code: 'noisy',
  severity: 'warning',
  message: 'lead I: found kurtosis 3.1, a clear ECG has at least 5',
};
const twelve = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** Text without tags, one space between words. */
const textOf = (html: string): string =>
  html
    .slice(html.indexOf('<body>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

describe('the answer', () => {
  it('is a suspicion where the probability reaches every threshold', () => {
    const text = textOf(page());
    expect(text).toContain(
      'Atrial fibrillation suspected Probability of atrial fibrillation 0.910; suspected from 0.0703 (balanced), 0.132 (specific)',
    );
    expect(text).toContain('The model was not trained on this recording.');
    expect(text).toContain('Research use only');
  });

  it('names the threshold that alone is reached, and the class that is more probable', () => {
    const text = textOf(page({ answers: [answer({ probabilities: [0.2, 0.1, 0.68, 0.02] })] }));
    expect(text).toContain('Atrial fibrillation suspected at “balanced” only');
    expect(text).toContain('More probable than atrial fibrillation: other rhythm (0.680).');
  });

  it('is none below the thresholds', () => {
    const text = textOf(page({ answers: [answer({ probabilities: [0.95, 0.01, 0.03, 0.01] })] }));
    expect(text).toContain('Atrial fibrillation not suspected');
    expect(text).toContain('Most probable: normal (0.950).');
    expect(text).not.toContain('More probable');
  });

  it('uses the thresholds of the fold that gave the score', () => {
    const row = {
      ...answer({ probabilities: [0.9, 0.065, 0.03, 0.005] }),
      file: 'fold-1.onnx',
      relation: 'left-out-fold' as const,
    };
    const text = textOf(page({ answers: [row] }));
    expect(text).toContain('Atrial fibrillation suspected at “balanced” only');
    expect(text).toContain(`suspected from ${ECG_AF.thresholds[0].folds?.['fold-1.onnx']} (balanced)`);
    expect(text).toContain(
      'These weights were trained without this recording, but perhaps on others of the same person',
    );
  });

  it('says how often the thresholds were right, and on whom', () => {
    // models/ecg-af/card.md, "not refused"
    expect(textOf(page())).toMatch(
      /Measured on 2,417 recordings of cinc2017, .* “balanced” sensitivity 95\.6 % \(93\.6 to 97\.0\), specificity 92\.5 %; “specific” sensitivity 92\.1 % \(89\.7 to 94\.1\), specificity 95\.1 %\. Not measured at this hospital\./,
    );
  });

  it('is silence with the reason and the probability behind it', () => {
    const row = answer({ reason: 'noise-probable', probabilities: [0.3, 0.2, 0.1, 0.4] });
    const text = textOf(page({ answers: [row] }));
    expect(text).toContain(
      'No answer: the model keeps silent Why: the recording is probably too noisy to read. Probability of noise 0.400, silent from 0.1283.',
    );
    expect(text).toContain('This says nothing for or against atrial fibrillation.');
    expect(text).toContain('classes (ecg-af 1.0.0): not an answer, the model keeps silent');
    expect(text).not.toMatch(/suspected(?! from)/);
  });

  it('is silence with the sentence of the contract where the model did not run', () => {
    const text = textOf(page({ answers: [answer({ reason: 'duration-outside', ran: false })] }));
    expect(text).toContain('Why: the training recordings last 9 to 61 s');
    expect(text).toContain('The recording lasts 10 s; the model reads 9 to 120 s.');
    expect(text).toContain('no model read it');
  });

  it('is withdrawn with its probabilities where the model was switched off', () => {
    const text = textOf(page({ withdrawn: true }));
    expect(text).toContain('Atrial fibrillation: answer withdrawn');
    expect(text).not.toContain('0.910');
  });

  it('is a failure, not a silence, where the model could not run', () => {
    const failed = {
      ...answer({ reason: 'x', ran: false }),
      status: 'failed' as const,
      reason: 'model ecg-af@1.0.0: found another hash',
    };
    const text = textOf(page({ answers: [failed] }));
    expect(text).toContain('No answer: the model failed Why: model ecg-af@1.0.0: found another hash.');
    expect(text).not.toContain('keeps silent');
  });

  it('stands there for each of several models', () => {
    const text = textOf(page({ answers: [answer(), answer({ probabilities: [0.97, 0.01, 0.01, 0.01] })] }));
    expect(text).toContain('Atrial fibrillation suspected (ecg-af 1.0.0) Probability');
    expect(text).toContain('Atrial fibrillation not suspected (ecg-af-2 1.0.0) Probability');
  });

  it('says that no model was asked, and still shows the recording', () => {
    const html = page({ answers: [], leads: storedLeads({ seed: 'none' }, twelve) });
    expect(textOf(html)).toContain('No answer: no model was asked');
    expect(textOf(html)).toContain('Lead II; no model read it');
    expect(html).toContain('class="trace"');
  });
});

describe('what stands beside the answer', () => {
  it('is every finding, and whether it concerns the lead that was read', () => {
    const text = textOf(page({ findings: [noisy] }));
    expect(text).toContain(
      'Noise: lead I: found kurtosis 3.1, a clear ECG has at least 5. That concerns lead I, which was read.',
    );
    expect(text).not.toContain('no fault was found');
  });

  it('names the leads of one finding together', () => {
    const other = { ...noisy, message: 'lead V1: found kurtosis 2.0, a clear ECG has at least 5' };
    expect(textOf(page({ findings: [noisy, other] }))).toContain('Noise: leads I and V1. That concerns lead I');
  });

  it('concerns a lead that was read where exchanged electrodes reach it', () => {
    const message = 'leads I and V6: found correlation -0.97';
    const swapped: Finding = { code: 'leads-swapped', severity: 'warning', message };
    const text = textOf(page({ findings: [swapped] }));
    expect(text).toContain(`Arm electrodes may be exchanged: ${message}. That concerns lead I, which was read.`);
  });

  it('says what differs from the training recordings', () => {
    const leads = storedLeads({ seed: 'long', durationS: 90 }, ['II']);
    const text = textOf(page({ leads, answers: [answer({ lead: 'II' })] }));
    expect(text).toContain('The recording has no lead I, which the model prefers.');
    expect(text).toContain('The training recordings last 9.1 to 60.7 s, this one 90 s.');
  });

  it('does not call the one lead of a recorder another one than the model prefers', () => {
    const leads = storedLeads({ seed: 'page' }).map((lead) => ({ ...lead, name: 'ECG' }));
    const text = textOf(page({ leads, answers: [answer({ lead: 'ECG' })] }));
    expect(text).toContain('The file does not say which lead it is; the model prefers lead I.');
    expect(text).not.toContain('The recording has no lead I');
  });

  it('says beside the answer what the model is not for', () => {
    const html = page();
    expect(textOf(html.slice(html.indexOf('<body>'), html.indexOf('class="strips"')))).not.toContain('About the model');
    expect(textOf(`<body>${html.slice(html.indexOf('trusted here'), html.indexOf('class="strips"'))}`)).toContain(
      'Not for: decisions about the care of a person;',
    );
    const silent = page({ answers: [answer({ reason: 'noise-probable' })] });
    expect(silent.slice(0, silent.indexOf('class="strips"'))).not.toContain('Not for');
  });

  it('calls the age of the oldest what it is, a category', () => {
    const input = ecgUnit({});
    const payload = JSON.stringify({ ...JSON.parse(input.row.payload), age: 90 });
    expect(textOf(ecgResultPage({ ...input, row: { ...input.row, payload } }))).toContain(
      'age 90 or more, sex not given',
    );
  });
});

describe('the trace', () => {
  it('has a row for every 10 s with its rhythm in words', () => {
    const html = page({ leads: storedLeads({ seed: 'rows', durationS: 25, heartRateBpm: 60 }) });
    const titles = [...html.matchAll(/<title id="[^"]*">([^<]*)<\/title><desc[^>]*>([^<]*)</g)].map(
      ([, title, desc]) => [title, desc],
    );
    expect(titles.map(([title]) => title)).toEqual(['Lead I, 0 to 10 s', 'Lead I, 10 to 20 s', 'Lead I, 20 to 25 s']);
    expect(titles[0][1]).toMatch(/^\d+ R peaks, 6\d|5\d beats a minute, RR \d+ to \d+ ms\.$/);
  });

  it('is left blank where samples are missing, and says for how long', () => {
    const leads = storedLeads({ seed: 'gap', missing: [{ lead: 'I', startS: 3, endS: 5 }] });
    const html = page({ leads });
    expect(html).toContain('2 s without valid samples, left blank.');
    expect(html).toMatch(/<rect x="85" y="6" width="50" height="\d+" class="missing"/);
  });

  it('says that amplitudes are cut at the edge of the paper', () => {
    const [lead] = storedLeads({ seed: 'spike' });
    lead.samplesMv[2000] = 80;
    const html = page({ leads: [lead] });
    expect(html).toContain('Amplitudes beyond the paper are cut at its edge.');
    expect(textOf(html)).toContain('cut at its edge: they are larger than drawn.');
    expect(page()).not.toContain('cut at its edge');
  });

  it('of all leads names those that are cut', () => {
    const leads = storedLeads({ seed: 'twelve' }, twelve);
    expect(textOf(page({ leads }))).toContain('25 mm/s, 10 mm/mV. About');
    leads[7].samplesMv[3000] = -80;
    expect(textOf(page({ leads }))).toContain('so larger than drawn: V2.');
  });

  it('of a long recording is its first two minutes and the intervals of all of it', () => {
    const leads = storedLeads({ seed: 'holter', durationS: 1800, samplingRateHz: 250 });
    const html = page({ leads, answers: [answer({ reason: 'duration-outside', ran: false })] });
    expect(textOf(html)).toContain('Drawn are the first 2 min of 30 min;');
    expect(html.match(/class="trace" transform/g)).toHaveLength(12);
    expect(textOf(html)).toContain('RR interval in ms over the whole recording');
    expect(html.length).toBeLessThan(400_000);
  });

  it('shows twelve leads in the usual sheet, collapsed', () => {
    const html = page({ leads: storedLeads({ seed: 'twelve' }, twelve) });
    expect(html).toContain('All 12 leads, first 10 s');
    expect(html).toContain('Twelve leads in 3 rows of 4 columns of 2.5 s');
    const sheet = html.slice(html.indexOf('leads-title'));
    expect([...sheet.matchAll(/class="lead">([^<]*)</g)].map(([, name]) => name)).toEqual([
      ...['I', 'aVR', 'V1', 'V4'],
      ...['II', 'aVL', 'V2', 'V5'],
      ...['III', 'aVF', 'V3', 'V6'],
      'II',
    ]);
    expect(html.length).toBeLessThan(150_000);
  });

  it('gives every other number of leads a row each', () => {
    const html = page({ leads: storedLeads({ seed: 'three' }, ['I', 'II', 'V5']) });
    expect(html).toContain('One row for each lead, the first 10 s.');
    expect(html.slice(html.indexOf('leads-title')).match(/class="trace" transform/g)).toHaveLength(3);
  });

  it('has the probabilities of the windows below it where there are several', () => {
    const windows = [
      { startSeconds: 0, endSeconds: 30, score: 0.95 },
      { startSeconds: 15, endSeconds: 45, score: 0.42 },
    ];
    const leads = storedLeads({ seed: 'windows', durationS: 45 });
    expect(page({ leads, answers: [answer({ windows })] })).toContain('0 to 30 s 0.950; 15 to 45 s 0.420.');
    expect(page()).not.toContain('by window');
  });
});

describe('the file', () => {
  it('needs nothing from anywhere else and has no scripts', () => {
    const html = page({ leads: storedLeads({ seed: 'file' }, twelve) });
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\//);
  });

  it('keeps its style as it was written', () => {
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page()) ?? [];
    expect(style).toContain('.strip');
    expect(style).not.toContain('&');
  });

  it('is the same every time', () => {
    expect(page()).toBe(page());
  });

  it('holds no key of a person', () => {
    expect(page()).not.toContain('subject-1');
  });
});
