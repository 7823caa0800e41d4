/** Tokenization, exactly as Hugging Face's fast tokenizers do it. Depends on nothing. */
module io.tesserae.tokenizer {
    exports io.tesserae.tokenizer;
}
