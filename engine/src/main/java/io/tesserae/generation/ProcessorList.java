package io.tesserae.generation;

import static io.tesserae.generation.GenerationOption.*;

import io.tesserae.generation.logits.BeginSuppressTokens;
import io.tesserae.generation.logits.EncoderNoRepeatNGram;
import io.tesserae.generation.logits.EncoderRepetitionPenalty;
import io.tesserae.generation.logits.EpsilonCutoff;
import io.tesserae.generation.logits.EtaCutoff;
import io.tesserae.generation.logits.ExponentialDecayLengthPenalty;
import io.tesserae.generation.logits.ForcedBos;
import io.tesserae.generation.logits.ForcedEos;
import io.tesserae.generation.logits.LogitsProcessor;
import io.tesserae.generation.logits.MinLength;
import io.tesserae.generation.logits.MinNewTokens;
import io.tesserae.generation.logits.MinP;
import io.tesserae.generation.logits.NoRepeatNGram;
import io.tesserae.generation.logits.Normalization;
import io.tesserae.generation.logits.RemoveInvalidValues;
import io.tesserae.generation.logits.RepetitionPenalty;
import io.tesserae.generation.logits.SequenceBias;
import io.tesserae.generation.logits.SuppressTokens;
import io.tesserae.generation.logits.Temperature;
import io.tesserae.generation.logits.TopH;
import io.tesserae.generation.logits.TopK;
import io.tesserae.generation.logits.TopP;
import io.tesserae.generation.logits.TypicalP;
import io.tesserae.generation.logits.VocabularyScratch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules that a configuration asks for, in transformers' order ({@code GenerationMixin._get_logits_processor}). */
final class ProcessorList {

    private final GenerationConfig config;
    private final int vocabularySize;
    private final int[] eos;
    private final List<LogitsProcessor> processors = new ArrayList<>();

    private ProcessorList(GenerationConfig config, int vocabularySize) {
        this.config = config;
        this.vocabularySize = vocabularySize;
        this.eos = config.ids(EOS_TOKEN_ID);
    }

    /** @throws IllegalArgumentException if a rule's numbers are out of range, or its tokens not in the vocabulary */
    static List<LogitsProcessor> of(GenerationConfig config, int vocabularySize) {
        ProcessorList list = new ProcessorList(config, vocabularySize);
        list.addSequenceRules();
        list.addLengthRules();
        list.addTokenRules();
        if (config.get(DO_SAMPLE)) {
            list.addSamplingRules(new VocabularyScratch(vocabularySize));
        }
        if (config.get(RENORMALIZE_LOGITS)) {
            list.processors.add(new Normalization());
        }
        return List.copyOf(list.processors);
    }

    private void addSequenceRules() {
        config.find(SEQUENCE_BIAS).ifPresent(this::addBias);
        if (config.get(ENCODER_REPETITION_PENALTY) != 1) {
            processors.add(new EncoderRepetitionPenalty(config.get(ENCODER_REPETITION_PENALTY)));
        }
        if (config.get(REPETITION_PENALTY) != 1) {
            processors.add(new RepetitionPenalty(config.get(REPETITION_PENALTY)));
        }
        if (config.get(NO_REPEAT_NGRAM_SIZE) > 0) {
            processors.add(new NoRepeatNGram(config.get(NO_REPEAT_NGRAM_SIZE)));
        }
        if (config.get(ENCODER_NO_REPEAT_NGRAM_SIZE) > 0) {
            processors.add(new EncoderNoRepeatNGram(config.get(ENCODER_NO_REPEAT_NGRAM_SIZE)));
        }
        config.find(BAD_WORDS_IDS).ifPresent(this::addBadWords);
    }

    /** An end token by itself is no bad word to the reference: {@code min_new_tokens} is for that. */
    private void addBadWords(List<List<Integer>> words) {
        List<Integer> ends = config.find(EOS_TOKEN_ID).orElse(List.of());
        Map<List<Integer>, Double> biases = new LinkedHashMap<>();
        for (List<Integer> word : words) {
            if (word.size() > 1 || !ends.contains(word.getFirst())) {
                biases.put(word, Double.NEGATIVE_INFINITY);
            }
        }
        if (!biases.isEmpty()) {
            addBias(biases);
        }
    }

    private void addBias(Map<List<Integer>, Double> biases) {
        Map<List<Integer>, Float> floats = new LinkedHashMap<>();
        biases.forEach((sequence, bias) -> floats.put(sequence, bias.floatValue()));
        processors.add(new SequenceBias(floats, vocabularySize));
    }

    private void addLengthRules() {
        if (eos.length == 0) {
            return;
        }
        int newTokens = config.find(MIN_NEW_TOKENS).orElse(0);
        // where new tokens are given, the whole length is the prompt's and theirs: the same rule
        if (config.get(MIN_LENGTH) > 0 && !config.isSet(MIN_NEW_TOKENS)) {
            processors.add(new MinLength(config.get(MIN_LENGTH), eos));
        }
        if (newTokens > 0) {
            processors.add(new MinNewTokens(newTokens, eos));
        }
    }

    private void addTokenRules() {
        config.find(FORCED_BOS_TOKEN_ID)
                .ifPresent(token ->
                        processors.add(new ForcedBos(requireInVocabulary(FORCED_BOS_TOKEN_ID, List.of(token))[0])));
        config.find(FORCED_EOS_TOKEN_ID)
                .ifPresent(tokens -> processors.add(new ForcedEos(requireInVocabulary(FORCED_EOS_TOKEN_ID, tokens))));
        if (config.get(REMOVE_INVALID_VALUES)) {
            processors.add(new RemoveInvalidValues());
        }
        config.find(EXPONENTIAL_DECAY_LENGTH_PENALTY).ifPresent(decay -> {
            if (eos.length == 0) {
                throw new IllegalArgumentException(
                        "`exponential_decay_length_penalty` needs `eos_token_id`, and it is not set.");
            }
            List<Integer> ends = config.find(EOS_TOKEN_ID).orElseThrow();
            processors.add(new ExponentialDecayLengthPenalty(
                    decay.start(), decay.factor(), requireInVocabulary(EOS_TOKEN_ID, ends)));
        });
        config.find(SUPPRESS_TOKENS)
                .ifPresent(tokens -> processors.add(new SuppressTokens(config.ids(SUPPRESS_TOKENS))));
        config.find(BEGIN_SUPPRESS_TOKENS)
                .ifPresent(tokens -> processors.add(
                        new BeginSuppressTokens(config.ids(BEGIN_SUPPRESS_TOKENS), config.isSet(FORCED_BOS_TOKEN_ID))));
    }

    private int[] requireInVocabulary(GenerationOption<?> option, List<Integer> tokens) {
        for (int token : tokens) {
            if (token >= vocabularySize) {
                throw new IllegalArgumentException("`" + option + "` is " + token + ", and the model's vocabulary has "
                        + vocabularySize + " tokens.");
            }
        }
        return tokens.stream().mapToInt(token -> token).toArray();
    }

    private void addSamplingRules(VocabularyScratch scratch) {
        // beams need a token besides every end
        int leastKept = config.get(NUM_BEAMS) == 1 ? 1 : Math.max(1, eos.length) + 1;
        if (config.get(TEMPERATURE) != 1) {
            processors.add(new Temperature(config.get(TEMPERATURE)));
        }
        config.find(TOP_H).ifPresent(share -> processors.add(new TopH(share, scratch)));
        if (config.get(TOP_K) != 0) {
            processors.add(new TopK(config.get(TOP_K), leastKept, scratch));
        }
        if (config.get(TOP_P) < 1) {
            processors.add(new TopP(config.get(TOP_P), leastKept, scratch));
        }
        config.find(MIN_P).ifPresent(share -> processors.add(new MinP(share, leastKept, scratch)));
        if (config.get(TYPICAL_P) < 1) {
            processors.add(new TypicalP(config.get(TYPICAL_P), leastKept, scratch));
        }
        if (isBetween0And1(config.get(EPSILON_CUTOFF))) {
            processors.add(new EpsilonCutoff(config.get(EPSILON_CUTOFF), leastKept, scratch));
        }
        if (isBetween0And1(config.get(ETA_CUTOFF))) {
            processors.add(new EtaCutoff(config.get(ETA_CUTOFF), leastKept, scratch));
        }
    }

    private static boolean isBetween0And1(double cutoff) {
        return cutoff > 0 && cutoff < 1;
    }
}
