"""Writes fixtures/idefics3: tiny random models of the classes Idefics3 and SmolVLM, each with what the reference makes of it. Run with
transformers 5.18 installed, from this folder:

    python make_idefics3_fixtures.py [SEED [OUT_DIR]]

Another seed and folder give other weights and inputs, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.
"""

import os
import sys

import torch
import transformers as T

from decoder_fixtures import draw_writer, random, settings, write

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = os.path.join(sys.argv[2] if len(sys.argv) > 2 else "fixtures", "idefics3")
IDS = 60
IMAGE = IDS - 1  # stands for a vector of a picture
BEGIN = IDS - 2  # around pictures


def config(of, side=16, patch=4, scale=2, vision=None, text=None, **more):
    return of(**{
        "vision_config": {"hidden_size": 24, "intermediate_size": 28, "num_hidden_layers": 2, "num_attention_heads": 3, "image_size": side,
                          "patch_size": patch} | (vision or {}),
        "text_config": {"model_type": "llama", "vocab_size": IDS, "hidden_size": 20, "intermediate_size": 28, "num_hidden_layers": 2,
                        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 128, "pad_token_id": 0,
                        "head_dim": 6, "rope_parameters": {"rope_type": "default", "rope_theta": 5000.0}} | (text or {}),
        "image_token_id": IMAGE, "scale_factor": scale, "pad_token_id": 0, "attn_implementation": "eager"} | more)


def pictures(tiles, side, seed):
    """Pixels of each tile, of which only a corner may be the picture's: rows of lists of heights and widths of that corner."""
    columns = max(map(len, tiles))
    values = (torch.randn(len(tiles), columns, 3, side, side, generator=random(seed)) * 4).round().clamp(-7, 7) / 8
    mask = torch.zeros(len(tiles), columns, side, side, dtype=torch.long)
    for row, sizes in enumerate(tiles):
        for column, (height, width) in enumerate(sizes):
            mask[row, column, :height, :width] = 1
    return values * mask[:, :, None], mask


def texts(tiles, vectors, words, seed):
    """Words before, between and after the pictures; padding on the left."""
    generator = random(seed)
    rows = []
    for sizes, counts in zip(tiles, words):
        row = [1]
        for picture in range(len(sizes) + 1):
            row += torch.randint(3, BEGIN, (counts[picture],), generator=generator).tolist()
            if picture < len(sizes):
                row += [BEGIN] + [IMAGE] * vectors + [BEGIN]
        rows.append(row)
    length = max(map(len, rows))
    ids = torch.tensor([[0] * (length - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (length - len(row)) + [1] * len(row) for row in rows])
    return {"input_ids": ids, "attention_mask": mask}


def run(feed):
    """What the model says, and each state of the tower, in the order of the tiles that are not padding."""

    def outputs(model):
        states = []
        tower = model.model.vision_model
        hooks = [
            tower.embeddings.register_forward_hook(lambda module, arguments, output: states.append(output)),
            *[layer.register_forward_hook(lambda module, arguments, output: states.append(output)) for layer in tower.encoder.layers],
            tower.post_layernorm.register_forward_hook(lambda module, arguments, output: states.append(output))]
        output = model(**feed, output_hidden_states=True, output_attentions=True)
        for hook in hooks:
            hook.remove()
        vectors = output.image_hidden_states  # of the class SmolVLM, with what the tower said
        vectors = vectors if isinstance(vectors, torch.Tensor) else vectors.pooler_output
        return dict(output) | {"image_hidden_states": vectors, "vision_hidden_states": tuple(states)}

    return outputs


def repeat_pictures_of_texts(self, input_ids, mm_encoder_output, expand_size=1, inputs_embeds=None):
    """For beams transformers 5.18 repeats each picture of a text, a a b b, and then reads the text with a and a: here it is a b a b."""
    image = mm_encoder_output["image"]
    counts = (input_ids == self.config.image_token_id).sum(-1) // image.pooler_output.shape[1]
    pictures = image.pooler_output.split(counts.tolist())
    image.pooler_output = torch.cat([of_text for of_text in pictures for _ in range(expand_size)])
    return mm_encoder_output


def fixture(name, seed, model, tiles, side, vectors, words, whole=False):
    pixels, mask = pictures(tiles, side, 1000 * SEED + seed)
    feed = texts(tiles, vectors, words, 1000 * SEED + seed + 1) | {"pixel_values": pixels}
    if not whole:
        feed["pixel_attention_mask"] = mask
    model.generation_config.update(pad_token_id=0, eos_token_id=2)
    draw_writer(model, 50 * SEED + seed, feed, settings(6))
    write(os.path.join(OUT, name), model, feed, run(feed), written_by=settings(6), task="image-text-to-text")


def main():
    T.GenerationMixin._expand_multimodal_outputs = repeat_pictures_of_texts
    # One tile of two is narrower than the square, one lower; two samples have one picture, and one has none.
    fixture(
        "tiles", 1, T.Idefics3ForConditionalGeneration(config(T.Idefics3Config)),
        [[(16, 16), (8, 16), (16, 5)], [(11, 12)], []], 16, 4, [(2, 1, 0, 3), (4, 2), (5,)])
    # Published ones have tied embeddings, and pictures of which every pixel counts.
    fixture(
        "smolvlm", 2, T.SmolVLMForConditionalGeneration(config(
            T.SmolVLMConfig, side=18, patch=3, scale=3, tie_word_embeddings=True,
            vision={"hidden_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1, "hidden_act": "gelu", "layer_norm_eps": 1e-3},
            text={"tie_word_embeddings": True, "hidden_size": 24, "head_dim": None})),
        [[(18, 18), (18, 18)], [(18, 18)]], 18, 4, [(0, 0, 4), (3, 1)], whole=True)


main()
