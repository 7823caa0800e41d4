package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What comes before a model of a family that is not the project's: where no file names it, the family does. */
class OwnFamilyTest {

    private record Own(Input input, String preprocessor) implements ModelFamily {

        @Override
        public List<ModelType> modelTypes() {
            return List.of(new ModelType("own", "Own", Optional.of(preprocessor)));
        }

        @Override
        public Heads heads() {
            return Heads.none();
        }
    }

    private static Checkpoint checkpoint(Own own, Map<String, String> files) {
        ModelFiles resources = ModelFiles.resources(
                "test",
                name -> name.equals("config.json")
                        ? bytes("{\"model_type\": \"own\"}")
                        : files.containsKey(name) ? bytes(files.get(name)) : null);
        return Checkpoint.open(resources, Families.ALL.with(own));
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void itsTokenizerIsTheFamilys() {
        Map<String, String> files =
                Map.of("vocab.txt", "<s>\n<pad>\n</s>\n[UNK]\n[CLS]\n[SEP]\n[PAD]\n[MASK]\n<mask>\na\n<unk>\n");

        assertEquals(List.of("<s>", "a", "</s>"), tokens(new Own(Input.TOKENS, "MPNetTokenizer"), files));
        assertEquals(List.of("[CLS]", "a", "[SEP]"), tokens(new Own(Input.TOKENS, "BertTokenizer"), files));
    }

    private static List<String> tokens(Own own, Map<String, String> files) {
        return AutoTokenizer.fromPretrained(checkpoint(own, files)).encode("a").tokens();
    }

    @Test
    void itsImageProcessorIsTheFamilys() {
        Own own = new Own(Input.PIXELS, "ViTImageProcessor");
        Checkpoint checkpoint = checkpoint(own, Map.of("preprocessor_config.json", "{}"));
        assertArrayEquals(
                new int[] {3, 224, 224},
                AutoImageProcessor.fromPretrained(checkpoint, Engine.shared())
                        .process(GeneratedPicture.of(0, 1, 8, 8))
                        .shape());
    }

    /** It takes pictures, so the file is missed; it is not said that it takes none. */
    @Test
    void isKnownToTakePictures() {
        Checkpoint checkpoint = checkpoint(new Own(Input.PIXELS, "ViTImageProcessor"), Map.of());
        String message = assertThrows(
                        ModelLoadingException.class,
                        () -> AutoImageProcessor.fromPretrained(checkpoint, Engine.shared()))
                .getMessage();
        assertTrue(message.contains("preprocessor_config.json: no such file"), message);
    }
}
