/** WordPiece tokenization, exactly as Hugging Face's fast BERT tokenizer does it. Depends on nothing. */
module io.tesserae.tokenizer {
    exports io.tesserae.tokenizer;
}
