package io.tesserae.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.Families;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A family that is not the project's, added to the list. */
class OwnFamilyTest {

    /** BERT under other names. */
    private record Own(List<ModelType> modelTypes) implements ModelFamily {

        static Own named(String... names) {
            return new Own(Arrays.stream(names)
                    .map(name -> new ModelType(name, "Own", Optional.of("BertTokenizer")))
                    .toList());
        }

        @Override
        public Input input() {
            return Input.TOKENS;
        }

        @Override
        public Heads heads() {
            return Families.ALL.of("bert").orElseThrow().heads();
        }
    }

    @Test
    void isInTheNewListAndNotInTheOld() {
        Own own = Own.named("own");
        Families families = Families.ALL.with(own);

        assertEquals(Optional.of(own), families.of("own"));
        assertEquals(Optional.of("BertTokenizer"), families.preprocessor("own"));
        assertEquals(Optional.of(Head.MASKED_LM), families.headOf("OwnForMaskedLM"));
        assertTrue(families.take(Input.TOKENS, "own"));
        assertFalse(Families.ALL.take(Input.TOKENS, "own"));
    }

    /** Else the first would always be loaded, and nobody would be told. */
    @Test
    void refusesANameThatAnotherFamilyHas() {
        Families families = Families.ALL.with(Own.named("own"));
        for (String taken : List.of("bert", "dinov2_with_registers", "own")) {
            Own again = Own.named("new", taken);
            String message = assertThrows(IllegalArgumentException.class, () -> families.with(again))
                    .getMessage();
            assertTrue(message.contains("\"" + taken + "\""), message);
        }
    }

    @Test
    void refusesAFamilyWithoutNames() {
        for (Own nameless : List.of(Own.named(), new Own(null), new Own(Arrays.asList((ModelType) null)))) {
            String message = assertThrows(IllegalArgumentException.class, () -> Families.ALL.with(nameless))
                    .getMessage();
            assertTrue(message.startsWith("family.modelTypes(): "), message);
        }
    }
}
