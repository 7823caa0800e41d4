package io.tesserae.models.minilm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.ModelArtifact;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.sentence.LangChain4jModel;
import io.tesserae.loaders.sentence.SentenceTransformer;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import org.junit.jupiter.api.Test;

/** What the build packed, beside what it was packed from. */
class MiniLmTest {

    private static final String[] TEXTS = {
        "How do I reset my password?", "I forgot my login, what now?", "The cat sleeps on the sofa.",
    };

    @Test
    void itIsFoundByItsName() {
        assertEquals(
                MiniLm.class,
                ModelArtifact.named("all-MiniLM-L6-v2").orElseThrow().getClass());
    }

    @Test
    void halfOfTheBitsGiveTheSameVectors() {
        Tensor whole = embed(LangChain4jModel.ALL_MINILM_L6_V2.onPathOf(MiniLmTest.class.getClassLoader()));
        Tensor halves = embed(new MiniLm().files());
        assertEquals(384, halves.shape()[1]);
        for (int text = 0; text < TEXTS.length; text++) {
            assertEquals(1, dot(whole, text, whole, text), 1e-5);
            assertEquals(1, dot(whole, text, halves, text), 1e-5);
        }
    }

    @Test
    void textsOfLikeMeaningAreAlike() {
        Tensor embeddings = embed(new MiniLm().files());
        assertTrue(dot(embeddings, 0, embeddings, 1) > 0.5, "of like meaning");
        assertTrue(dot(embeddings, 0, embeddings, 2) < 0.2, "of another meaning");
    }

    private static Tensor embed(ModelFiles files) {
        try (SentenceTransformer model = SentenceTransformer.fromPretrained(files)) {
            int[][] ids = new int[TEXTS.length][];
            for (int i = 0; i < ids.length; i++) {
                Encoding encoding = model.tokenizer().encode(TEXTS[i]);
                ids[i] = encoding.inputIds();
            }
            return model.encoder().forward(TokenBatch.of(ids), 0);
        }
    }

    private static double dot(Tensor a, int row, Tensor b, int otherRow) {
        int width = a.shape()[1];
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += (double) a.data()[row * width + i] * b.data()[otherRow * width + i];
        }
        return sum;
    }
}
