import { parseSite, type Site } from '#lib/sites/site.ts';

const label = {
  name: 'coronary-artery-disease',
  source: 'coronary angiography',
  method: '> 50 % diameter narrowing in any major vessel',
};
/** `num`: 0 is no narrowing above 50 %, 1 to 4 is disease (class values of heart-disease.names). */
const graded = { '0': 0, '1': 1, '2': 1, '3': 1, '4': 1 };
const sexCodes = { '0': 'F', '1': 'M' };
/** Zero stands for "not measured" in these files; no living person has it. */
const zero = { missing: ['0'] };

/** Descriptions of the four hospitals, as each would have set up its site. */
export function uciHeartSites(): Site[] {
  return [cleveland, hungary, switzerland, vaLongBeach].map(parseSite);
}

const cleveland = {
  site: 'cleveland',
  name: 'Cleveland Clinic Foundation',
  country: 'US',
  timeZone: 'America/New_York',
  languages: ['en-US'],
  datePolicy: 'year',
  tables: [
    {
      name: 'cath-lab',
      missing: ['?'],
      columns: {
        age: { column: 'age' },
        sex: { column: 'sex', codes: sexCodes },
        chestPain: { column: 'cp' },
        restingBloodPressure: { column: 'trestbps', unit: 'mmHg', ...zero },
        cholesterol: { column: 'chol', unit: 'mg/dL', ...zero },
        fastingBloodSugarOver120: { column: 'fbs' },
        restingEcg: { column: 'restecg' },
        maximumHeartRate: { column: 'thalach', unit: '1/min' },
        exerciseAngina: { column: 'exang' },
        stDepression: { column: 'oldpeak', unit: 'mm' },
        stSlope: { column: 'slope' },
        majorVessels: { column: 'ca' },
        thallium: { column: 'thal' },
      },
      label: { ...label, column: 'num', codes: graded },
    },
  ],
};

const hungary = {
  site: 'hungary',
  name: 'Hungarian Institute of Cardiology, Budapest',
  country: 'HU',
  timeZone: 'Europe/Budapest',
  languages: ['hu-HU'],
  datePolicy: 'year',
  tables: [
    {
      name: 'exercise-test',
      delimiter: ';',
      decimal: ',',
      missing: ['?'],
      columns: {
        age: { column: 'életkor' },
        sex: { column: 'nem', codes: sexCodes },
        chestPain: { column: 'mellkasi fájdalom' },
        restingBloodPressure: { column: 'nyugalmi vérnyomás', unit: 'mmHg', ...zero },
        cholesterol: { column: 'koleszterin', unit: 'mg/dL', ...zero },
        fastingBloodSugarOver120: { column: 'éhomi vércukor' },
        restingEcg: { column: 'nyugalmi EKG' },
        maximumHeartRate: { column: 'maximális pulzus', unit: '1/min' },
        exerciseAngina: { column: 'terheléses angina' },
        stDepression: { column: 'ST-depresszió', unit: 'mm' },
        stSlope: { column: 'ST-meredekség' },
        majorVessels: { column: 'érintett erek' },
        thallium: { column: 'tallium' },
      },
    },
    {
      name: 'angiography',
      delimiter: ';',
      decimal: ',',
      label: { ...label, column: 'szűkület', codes: graded },
      labelsOf: { rowColumn: 'sor', path: 'terheléses vizsgálat.csv' },
    },
  ],
};

const switzerland = {
  site: 'switzerland',
  name: 'University Hospitals of Zurich and Basel',
  country: 'CH',
  timeZone: 'Europe/Zurich',
  languages: ['de-CH'],
  datePolicy: 'year',
  tables: [
    {
      name: 'ergometry',
      delimiter: '\t',
      encoding: 'latin1',
      missing: ['?'],
      columns: {
        age: { column: 'Alter' },
        sex: { column: 'Geschlecht', codes: { w: 'F', m: 'M' } },
        chestPain: { column: 'Brustschmerz' },
        restingBloodPressure: { column: 'Blutdruck in Ruhe', unit: 'mmHg', ...zero },
        cholesterol: { column: 'Cholesterin', unit: 'mg/dL', ...zero },
        fastingBloodSugarOver120: { column: 'Nüchternzucker' },
        restingEcg: { column: 'Ruhe-EKG' },
        maximumHeartRate: { column: 'Höchste Herzfrequenz', unit: '1/min' },
        exerciseAngina: { column: 'Angina bei Belastung' },
        stDepression: { column: 'ST-Senkung', unit: 'mm' },
        stSlope: { column: 'ST-Verlauf' },
        majorVessels: { column: 'Gefässe' },
        thallium: { column: 'Thallium' },
      },
    },
    {
      name: 'coronary-angiography',
      delimiter: '\t',
      encoding: 'latin1',
      label: { ...label, column: 'Befund', codes: graded },
      labelsOf: { rowColumn: 'Zeile', path: 'ergometrie.txt' },
    },
  ],
};

const vaLongBeach = {
  site: 'va-long-beach',
  name: 'V.A. Medical Center, Long Beach',
  country: 'US',
  timeZone: 'America/Los_Angeles',
  languages: ['en-US'],
  datePolicy: 'year',
  tables: [
    {
      name: 'stress-lab',
      missing: ['?'],
      columns: {
        age: { column: 'AGE YRS' },
        sex: { column: 'SEX', codes: sexCodes },
        chestPain: { column: 'CHEST PAIN TYPE' },
        restingBloodPressure: { column: 'SYSTOLIC BP', ...zero },
        cholesterol: { column: 'CHOLESTEROL', ...zero },
        fastingBloodSugarOver120: { column: 'FBS GT 120' },
        restingEcg: { column: 'RESTING ECG' },
        maximumHeartRate: { column: 'MAX HR', unit: '1/min' },
        exerciseAngina: { column: 'EX ANGINA' },
        stDepression: { column: 'ST DEPRESSION' },
        stSlope: { column: 'ST SLOPE' },
        majorVessels: { column: 'VESSELS' },
        thallium: { column: 'THALLIUM' },
      },
      label: { ...label, column: 'CATH RESULT', codes: graded },
    },
  ],
};
