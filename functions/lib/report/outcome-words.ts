/** "coronary-artery-disease" as "coronary artery disease": a label in words, as tables and sentences use it. */
export const outcomeWords = (label: string): string => label.replaceAll('-', ' ');
