package io.tesserae.pipelines.text;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokenizers of pieces with scores and NomicBERT's, and whole answers of their families with them, against the reference;
 * testdata/make_piece_answers.py asked it. The models' weights are those of its formula.
 */
class PieceAnswersTest {

    @TempDir
    Path folder;

    private FormulaAnswers answers;

    @BeforeEach
    void open() {
        answers = new FormulaAnswers("piece-answers.json", folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XLMRoberta", "Camembert", "Albert", "DebertaV2", "NomicBert"})
    void encodingsAreThoseOfTheReference(String family) throws IOException {
        answers.encodings(family);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XLMRoberta", "Camembert", "Albert", "DebertaV2", "NomicBert"})
    void masksAreFilledAsByTheReference(String family) throws IOException {
        answers.masks(family);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XLMRoberta", "Camembert", "Albert", "DebertaV2", "NomicBert"})
    void tokensAreClassifiedAsByTheReference(String family) throws IOException {
        answers.tokens(family);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XLMRoberta", "Camembert", "Albert", "DebertaV2"})
    void questionsAreAnsweredByTheRulesOfTheReference(String family) throws IOException {
        answers.questions(family);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XLMRoberta", "Camembert", "Albert", "DebertaV2", "NomicBert"})
    void textsAndPairsAreClassifiedAsByTheReference(String family) throws IOException {
        answers.classes(family);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XLMRoberta", "Camembert", "Albert", "DebertaV2", "NomicBert"})
    void featuresAreThoseOfTheReference(String family) throws IOException {
        answers.features(family);
    }

    @Test
    void topicsAreFoundAsByTheReference() throws IOException {
        answers.topics("DebertaV2");
    }
}
