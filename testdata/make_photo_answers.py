"""Writes photo-answers.json: what transformers' image-classification pipeline says of the fixtures' pictures with the
bundled model, all labels with their scores, and the beginning of what image-feature-extraction returns.

    python make_photo_answers.py

Needs torch, transformers and pillow. The processor is the one of Pillow, which is the same on all machines.
"""

import json
from pathlib import Path

import transformers
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

HERE = Path(__file__).parent
MODEL = HERE.parent / "cli/src/main/resources/io/tesserae/cli/models/photos"
PICTURES = sorted((HERE / "fixtures/images").iterdir())
FEATURES = HERE / "fixtures/vit-base"


def pipeline(task: str, model: Path):
    return transformers.pipeline(
        task, model=str(model), image_processor=ViTImageProcessorPil.from_pretrained(model), dtype="float32", device="cpu"
    )


def main() -> None:
    classify = pipeline("image-classification", MODEL)
    extract = pipeline("image-feature-extraction", FEATURES)
    answers = []
    for picture in PICTURES:
        features = extract(str(picture))
        answers.append(
            {
                "image": picture.name,
                "labels": classify(str(picture), top_k=10),
                "features_shape": [len(features), len(features[0]), len(features[0][0])],
                "features_first_token": features[0][0],
                "pooled": extract(str(picture), pool=True)[0],
            }
        )
    with open(HERE / "photo-answers.json", "w") as file:
        json.dump(answers, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
