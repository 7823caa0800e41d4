package io.tesserae.pipelines.text;

/**
 * A part of a text that may answer a question: {@code context.substring(start, end)}.
 *
 * @param text the answer; empty where the model says that the text holds none
 * @param score how probable it is; answers of the same text that stand in several places or windows are added up, so that it may
 *     be more than 1
 * @param start where the answer begins, in chars; of several places, at the best
 * @param end where it ends
 */
public record Answer(String text, double score, int start, int end) {}
