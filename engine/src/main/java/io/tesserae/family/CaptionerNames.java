package io.tesserae.family;

import io.tesserae.arguments.Arguments;
import java.util.List;
import java.util.Optional;

/**
 * What transformers calls the inputs and outputs of a family's captioners, for those who compare tensors with its own. A layer's number
 * follows the name: {@code hidden_states.0}.
 *
 * @param inputs what the names of the texts' inputs begin with, {@code input_ids} and {@code attention_mask}; nothing, or {@code decoder_}
 * @param imageEmbeds every name of the rows that are written about
 * @param pooled of the encoder's pooled output; empty where it is not returned
 * @param pictures what the names of the encoder's layers begin with
 * @param texts what those of the decoder's layers begin with
 * @param crossAttentions of the maps of attention from texts to pictures
 */
public record CaptionerNames(
        String inputs,
        List<String> imageEmbeds,
        Optional<String> pooled,
        String pictures,
        String texts,
        String crossAttentions) {

    /** Those of {@code Seq2SeqLMOutput}, which most models return that have an encoder and a decoder. */
    public static final CaptionerNames USUAL = new CaptionerNames(
            "decoder_",
            List.of("encoder_last_hidden_state"),
            Optional.empty(),
            "encoder_",
            "decoder_",
            "cross_attentions");

    /** Requires all of them, and copies the list. */
    public CaptionerNames {
        Arguments.require(inputs, "inputs");
        imageEmbeds = List.copyOf(Arguments.requireAll(imageEmbeds, "imageEmbeds"));
        Arguments.require(pooled, "pooled");
        Arguments.require(pictures, "pictures");
        Arguments.require(texts, "texts");
        Arguments.require(crossAttentions, "crossAttentions");
    }
}
