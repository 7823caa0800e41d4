package io.tesserae.pipelines.generation;

import io.tesserae.generation.TokenListener;
import io.tesserae.tokenizer.StreamingDecoder;
import io.tesserae.tokenizer.Tokenizer;
import java.util.function.Consumer;

/**
 * Hands on an answer as it is written, as soon as no later token can change it. All pieces together are the answer's text. For one answer,
 * and one thread.
 */
final class TextPieces implements TokenListener {

    private final WrittenPrompt prompt;
    private final StreamingDecoder decoder;
    private final Consumer<String> pieces;
    private final StringBuilder held = new StringBuilder(); // until it is certain where the prompt ends
    private boolean isCut;

    TextPieces(WrittenPrompt prompt, Tokenizer tokenizer, Consumer<String> pieces) {
        this.prompt = prompt;
        this.decoder = tokenizer.streamingDecoder(true);
        this.pieces = pieces;
        handOn(prompt.shown());
        for (int id : prompt.read()) {
            take(decoder.next(id));
        }
    }

    @Override
    public void token(int row, int token) {
        take(decoder.next(token));
    }

    /** No token comes any more. */
    void finish() {
        take(decoder.finish());
        if (!isCut) {
            handOn(prompt.cut(held.toString()));
        }
    }

    private void take(String text) {
        if (isCut) {
            handOn(text);
            return;
        }
        held.append(text);
        if (held.length() >= prompt.certainAt()) {
            isCut = true;
            handOn(prompt.cut(held.toString()));
        }
    }

    private void handOn(String text) {
        if (!text.isEmpty()) {
            pieces.accept(text);
        }
    }
}
