package io.tesserae.tokenizer;

import java.util.List;
import java.util.stream.IntStream;

/** Many texts at once: encoded by several threads where that pays, and made equally long. */
final class Batches {

    /** A batch with fewer chars is encoded by the caller alone, in less time than it takes to wake another thread. */
    private static final long LEAST_CHARS_FOR_THREADS = 20_000;

    private Batches() {}

    static List<Encoding> encode(
            Tokenizer tokenizer, List<String> texts, List<String> textPairs, EncodingOptions options) {
        Arguments.require(texts, "texts");
        Arguments.require(options, "options");
        if (textPairs != null && textPairs.size() != texts.size()) {
            throw new IllegalArgumentException(
                    "expected as many second texts as texts, " + texts.size() + ", found " + textPairs.size());
        }
        long chars = 0;
        for (String text : texts) {
            chars += Arguments.require(text, "texts: an element").length();
        }
        IntStream places = IntStream.range(0, texts.size());
        Encoding[] encodings = new Encoding[texts.size()];
        (chars < LEAST_CHARS_FOR_THREADS ? places : places.parallel()).forEach(i -> {
            try {
                String textPair = textPairs == null ? null : textPairs.get(i);
                encodings[i] = textPair == null
                        ? tokenizer.encode(texts.get(i), options)
                        : tokenizer.encodePair(texts.get(i), textPair, options);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("text " + i + ": " + e.getMessage(), e);
            }
        });
        return List.of(encodings);
    }

    static List<Encoding> pad(List<Encoding> encodings, Padding padding, Tokenizer tokenizer, Side side) {
        Arguments.requireAll(encodings, "encodings");
        int length = Arguments.require(padding, "padding")
                .length()
                .orElseGet(
                        () -> encodings.stream().mapToInt(Encoding::size).max().orElse(0));
        long rounded = (length + (long) padding.multiple() - 1) / padding.multiple() * padding.multiple();
        if (rounded > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("padding: a length of " + rounded + " is more than an array holds");
        }
        int target = (int) rounded;
        return encodings.stream()
                .map(encoding -> encoding.padded(
                        target,
                        tokenizer.padTokenId(),
                        tokenizer.specialTokens().pad(),
                        side))
                .toList();
    }
}
