// The names of measurements as people write them.

/** "restingBloodPressure" as "resting blood pressure", "stSlope" as "ST slope", "restingEcg" as "resting ECG". */
export const measurementWords = (name: string): string =>
  name
    .replaceAll(/[A-Z]|\d+/g, (start) => ` ${start.toLowerCase()}`)
    .replaceAll(/\b(?:st|ecg)\b/g, (word) => word.toUpperCase());
