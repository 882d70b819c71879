"""Invented people for the golden vectors: nobody real, each value in range, with every kind of missing value."""

COMPLETE = {
    "age": 54,
    "sex": "M",
    "chestPain": 4,
    "restingBloodPressure": 132,
    "cholesterol": 251,
    "fastingBloodSugarOver120": 0,
    "restingEcg": 0,
    "maximumHeartRate": 147,
    "exerciseAngina": 1,
    "stDepression": 1.3,
    "stSlope": 2,
    "majorVessels": 1,
    "thallium": 7,
}


def lacking(*names: str) -> dict:
    return {name: value for name, value in COMPLETE.items() if name not in names}


SHARED_ONLY = lacking("stSlope", "majorVessels", "thallium")
GOLDEN_PEOPLE = [
    COMPLETE,
    SHARED_ONLY,
    {**SHARED_ONLY, "sex": "F", "age": 47, "chestPain": 2, "exerciseAngina": 0, "stDepression": 0, "maximumHeartRate": 171},
    {**SHARED_ONLY, "age": 71, "chestPain": 1, "restingEcg": 2, "restingBloodPressure": 178, "maximumHeartRate": 96},
    {**COMPLETE, "sex": "F", "age": 63, "chestPain": 3, "restingEcg": 1, "stSlope": 1, "majorVessels": 0, "thallium": 3},
    lacking("cholesterol"),
    lacking("restingBloodPressure", "fastingBloodSugarOver120", "restingEcg"),
    lacking("maximumHeartRate", "exerciseAngina", "stDepression", "stSlope"),
    {"age": 38, "sex": "M", "chestPain": 4},
    {"age": 59, "sex": "F"},
    {**SHARED_ONLY, "cholesterol": 590, "stDepression": 6.1, "maximumHeartRate": 64, "restingBloodPressure": 205},
    {**SHARED_ONLY, "stDepression": -2.2, "chestPain": 2, "age": 29, "exerciseAngina": 0, "fastingBloodSugarOver120": 1},
    {**COMPLETE, "stSlope": 3, "majorVessels": 3, "thallium": 6, "stDepression": 3.7, "age": 68},
    {**lacking("thallium"), "cholesterol": 126, "restingEcg": 2, "sex": "F", "chestPain": 1},
]
