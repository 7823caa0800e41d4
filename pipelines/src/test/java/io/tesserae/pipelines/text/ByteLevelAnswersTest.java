package io.tesserae.pipelines.text;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RoBERTa's and ModernBERT's tokenizers, and whole answers with them, against the reference; testdata/make_byte_level_answers.py asked it.
 * The models' weights are those of its formula.
 */
class ByteLevelAnswersTest {

    @TempDir
    Path folder;

    private FormulaAnswers answers;

    @BeforeEach
    void open() {
        answers = new FormulaAnswers("byte-level-answers.json", folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Roberta", "ModernBert"})
    void encodingsAreThoseOfTheReference(String family) throws IOException {
        answers.encodings(family);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Roberta", "ModernBert"})
    void masksAreFilledAsByTheReference(String family) throws IOException {
        answers.masks(family);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Roberta", "ModernBert"})
    void tokensAreClassifiedAsByTheReference(String family) throws IOException {
        answers.tokens(family);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Roberta", "ModernBert"})
    void questionsAreAnsweredByTheRulesOfTheReference(String family) throws IOException {
        answers.questions(family);
    }
}
