package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import java.util.OptionalInt;

/**
 * The choices of question answering, with the defaults of transformers.
 *
 * @param topK how many answers to return; more than there are means all that were found
 * @param maxSequenceLength tokens of a window, the question and special tokens included; empty: 384, or what the model takes
 * @param docStride tokens that neighbouring windows over a long text have in common; empty: 128, or half a window
 * @param maxAnswerLength tokens of an answer
 * @param handleImpossibleAnswer whether "there is no answer in this text" is an answer too, an empty one
 * @param alignToWords whether answers are widened to whole words
 * @param batchSize how many windows go through the model together; 0: as many as make good use of it. Answers do not depend
 *     on it, to the last bit.
 */
public record QuestionAnsweringOptions(
        int topK,
        OptionalInt maxSequenceLength,
        OptionalInt docStride,
        int maxAnswerLength,
        boolean handleImpossibleAnswer,
        boolean alignToWords,
        int batchSize) {

    /** The best answer, of at most 15 tokens and whole words, which is never empty. */
    public static final QuestionAnsweringOptions DEFAULT =
            new QuestionAnsweringOptions(1, OptionalInt.empty(), OptionalInt.empty(), 15, false, true, 0);

    /** Checks the ranges. */
    public QuestionAnsweringOptions {
        Arguments.require(maxSequenceLength, "maxSequenceLength");
        Arguments.require(docStride, "docStride");
        requireAtLeast("topK", 1, topK);
        requireAtLeast("maxSequenceLength", 1, maxSequenceLength.orElse(1));
        requireAtLeast("docStride", 0, docStride.orElse(0));
        requireAtLeast("maxAnswerLength", 1, maxAnswerLength);
        requireAtLeast("batchSize", 0, batchSize);
    }

    private static void requireAtLeast(String name, int least, int found) {
        if (found < least) {
            throw new IllegalArgumentException(name + ": expected " + least + " or more, found " + found);
        }
    }

    /** With this many answers, best first. */
    public QuestionAnsweringOptions withTopK(int answers) {
        return new QuestionAnsweringOptions(
                answers,
                maxSequenceLength,
                docStride,
                maxAnswerLength,
                handleImpossibleAnswer,
                alignToWords,
                batchSize);
    }

    /** With windows of this many tokens. */
    public QuestionAnsweringOptions withMaxSequenceLength(int tokens) {
        return new QuestionAnsweringOptions(
                topK,
                OptionalInt.of(tokens),
                docStride,
                maxAnswerLength,
                handleImpossibleAnswer,
                alignToWords,
                batchSize);
    }

    /** With windows that have this many tokens in common. */
    public QuestionAnsweringOptions withDocStride(int tokens) {
        return new QuestionAnsweringOptions(
                topK,
                maxSequenceLength,
                OptionalInt.of(tokens),
                maxAnswerLength,
                handleImpossibleAnswer,
                alignToWords,
                batchSize);
    }

    /** With answers of at most this many tokens. */
    public QuestionAnsweringOptions withMaxAnswerLength(int tokens) {
        return new QuestionAnsweringOptions(
                topK, maxSequenceLength, docStride, tokens, handleImpossibleAnswer, alignToWords, batchSize);
    }

    /** With the empty answer among the others, or not. */
    public QuestionAnsweringOptions withHandleImpossibleAnswer(boolean handle) {
        return new QuestionAnsweringOptions(
                topK, maxSequenceLength, docStride, maxAnswerLength, handle, alignToWords, batchSize);
    }

    /** With answers of whole words, or of word pieces. */
    public QuestionAnsweringOptions withAlignToWords(boolean align) {
        return new QuestionAnsweringOptions(
                topK, maxSequenceLength, docStride, maxAnswerLength, handleImpossibleAnswer, align, batchSize);
    }

    /** With batches of this many windows; 0 leaves it to the pipeline. */
    public QuestionAnsweringOptions withBatchSize(int windows) {
        return new QuestionAnsweringOptions(
                topK, maxSequenceLength, docStride, maxAnswerLength, handleImpossibleAnswer, alignToWords, windows);
    }
}
