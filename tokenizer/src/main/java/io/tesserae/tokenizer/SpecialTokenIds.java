package io.tesserae.tokenizer;

/** The ids of {@link SpecialTokens}, looked up once; -1 where there is no such token. */
record SpecialTokenIds(int unk, int sep, int pad, int cls, int mask, int bos, int eos) {

    private static final int ABSENT = -1;

    static SpecialTokenIds of(SpecialTokens tokens, AddedVocabulary vocabulary) {
        return new SpecialTokenIds(
                id(tokens.unk(), vocabulary),
                id(tokens.sep(), vocabulary),
                id(tokens.pad(), vocabulary),
                id(tokens.cls(), vocabulary),
                id(tokens.mask(), vocabulary),
                id(tokens.bos(), vocabulary),
                id(tokens.eos(), vocabulary));
    }

    private static int id(String token, AddedVocabulary vocabulary) {
        return token == null ? ABSENT : vocabulary.id(token).orElseThrow();
    }

    /**
     * The id itself.
     *
     * @throws IllegalStateException if there is no such token
     */
    static int require(int id, String name) {
        if (id == ABSENT) {
            throw new IllegalStateException("this tokenizer has no " + name + " token");
        }
        return id;
    }
}
