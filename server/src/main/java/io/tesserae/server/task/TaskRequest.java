package io.tesserae.server.task;

/**
 * What a request asks for.
 *
 * @param options the pipeline's
 * @param format of its inputs
 */
public record TaskRequest<I, O, A>(O options, InputJson<I, A> format) {}
