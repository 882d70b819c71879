import type { StudyDescription } from './description.ts';

/** The test set of the CODE study: 827 ECGs, six findings, a network, four kinds of readers. The files as published by its authors. */
export const codeTest: StudyDescription = {
  title: 'CODE test set: a network and four kinds of readers on 827 12-lead ECGs',
  studies: '12-lead ECGs',
  labels: [
    { column: '1dAVb', title: 'First-degree AV block' },
    { column: 'RBBB', title: 'Right bundle branch block' },
    { column: 'LBBB', title: 'Left bundle branch block' },
    { column: 'SB', title: 'Sinus bradycardia' },
    { column: 'AF', title: 'Atrial fibrillation' },
    { column: 'ST', title: 'Sinus tachycardia' },
  ],
  reference: {
    file: 'gold_standard.csv',
    method: 'two cardiologists, each on their own; where they differed, a third decided with both answers in sight',
  },
  raters: [
    { id: 'dnn', title: 'Network', kind: 'model', file: 'dnn.csv', scores: 'dnn_probabilities.csv' },
    { id: 'cardiology-residents', title: 'Cardiology residents', kind: 'readers', file: 'cardiology_residents.csv' },
    { id: 'emergency-residents', title: 'Emergency residents', kind: 'readers', file: 'emergency_residents.csv' },
    { id: 'medical-students', title: 'Medical students', kind: 'readers', file: 'medical_students.csv' },
    {
      id: 'cardiologist-1',
      title: 'Cardiologist 1',
      kind: 'readers',
      file: 'cardiologist1.csv',
      formedReference: true,
    },
    {
      id: 'cardiologist-2',
      title: 'Cardiologist 2',
      kind: 'readers',
      file: 'cardiologist2.csv',
      formedReference: true,
    },
  ],
  attributes: { file: 'attributes.csv', sex: 'sex', ageYears: 'age' },
  published: {
    file: 'scores.csv',
    decimals: 3,
    raters: {
      DNN: 'dnn',
      'cardio.': 'cardiology-residents',
      'emerg.': 'emergency-residents',
      'stud.': 'medical-students',
    },
  },
  cautions: [
    'Each group of readers is two people who shared the ECGs between them: their answers are one reading of each ECG, so that nothing can be said about how readers of a group differ from each other.',
    'One ECG per patient, of the telehealth network that the network was trained with: other patients of the same region, not another hospital.',
  ],
  citation: [
    'Ribeiro AH et al. Automatic diagnosis of the 12-lead ECG using a deep neural network. Nat Commun 2020;11:1760. doi:10.1038/s41467-020-15432-4. Annotations: MIT licence.',
  ],
};
