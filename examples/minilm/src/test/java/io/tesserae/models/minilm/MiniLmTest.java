package io.tesserae.models.minilm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.ModelArtifact;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.sentence.LangChain4jModel;
import io.tesserae.loaders.sentence.SentenceTransformer;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
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

    /** Other jars of the class path may have such files as well. */
    @Test
    void theJarSaysWhoseTheModelIs() throws IOException {
        assertTrue(anySays("META-INF/NOTICE", "made by the authors of"));
        assertTrue(anySays("META-INF/LICENSE", "Apache License"));
    }

    private static boolean anySays(String name, String expected) throws IOException {
        for (URL file : Collections.list(MiniLmTest.class.getClassLoader().getResources(name))) {
            try (InputStream in = file.openStream()) {
                if (new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(expected)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What ONNX Runtime 1.29 makes of LangChain4j's file, to seven digits. */
    @Test
    void theVectorsAreThoseOfTheGraph() {
        String text =
                "How to use a sentence encoder, or any other model, in a Java program: what to add, how to call it,";
        float[] expected = {0.0022179517f, 0.004248839f, -0.06853309f, -0.02977379f};
        float[] found = embed(LangChain4jModel.ALL_MINILM_L6_V2.onPathOf(MiniLmTest.class.getClassLoader()), text)
                .data();
        assertArrayEquals(expected, Arrays.copyOf(found, expected.length), 1e-6f);
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
        return embed(files, TEXTS);
    }

    private static Tensor embed(ModelFiles files, String... texts) {
        try (SentenceTransformer model = SentenceTransformer.fromPretrained(files)) {
            int[][] ids = new int[texts.length][];
            for (int i = 0; i < ids.length; i++) {
                Encoding encoding = model.tokenizer().encode(texts[i]);
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
