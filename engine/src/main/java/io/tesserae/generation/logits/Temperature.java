package io.tesserae.generation.logits;

/**
 * Divides all scores: below 1 the likely becomes likelier. Transformers' {@code TemperatureLogitsWarper}.
 *
 * @param temperature above 0
 */
public record Temperature(double temperature) implements LogitsProcessor {

    public Temperature {
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("`temperature` (=" + temperature
                    + ") has to be a strictly positive float, otherwise your next token scores will be invalid."
                    + (temperature == 0
                            ? " If you're looking for greedy decoding strategies, set `do_sample=False`."
                            : ""));
        }
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        float divisor = (float) temperature;
        for (int token = 0; token < scores.length; token++) {
            scores[token] /= divisor;
        }
    }
}
