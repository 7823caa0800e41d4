package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.GenerationTokens;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model of two parts is refused for, and the tokens that it and a GPT-2 alone say texts begin and end with. */
class VisionEncoderDecoderTest {

    private static final Path FIXTURES = Fixture.ROOT.resolve("gpt2").resolve("writing");

    @TempDir
    private Path folder;

    @Test
    void partsThatDoNotRunAreRefusedByName() throws IOException {
        assertConfigRefused(
                "config.json: encoder: model_type: expected vit or deit, the encoders that this version runs below a"
                        + " decoder, found the string \"swin\"",
                config -> config.getAsJsonObject("encoder").addProperty("model_type", "swin"));
        assertConfigRefused(
                "config.json: decoder: model_type: expected gpt2, the decoder that this version runs above an encoder"
                        + " of pixels, found the string \"roberta\"",
                config -> config.getAsJsonObject("decoder").addProperty("model_type", "roberta"));
        assertConfigRefused(
                "config.json: decoder: add_cross_attention: expected true: without it the decoder looks at nothing,"
                        + " found false",
                config -> config.getAsJsonObject("decoder").addProperty("add_cross_attention", false));
        assertConfigRefused(
                "config.json: encoder: expected the configuration of a part", config -> config.remove("encoder"));
        assertConfigRefused(
                "config.json: decoder: cross_attention_hidden_size: expected no such key",
                config -> config.getAsJsonObject("decoder").addProperty("cross_attention_hidden_size", 14));
    }

    /** Tensors are called by their names in the part; the message says where that is. */
    @Test
    void tensorsThatAreMissingOrTooManyAreNamed() throws IOException {
        assertTensorsRefused(
                "tensor names are those behind \"decoder.\": tensor \"transformer.h.1.ln_cross_attn.weight\" [18] is"
                        + " missing",
                name -> name.equals("decoder.transformer.h.1.ln_cross_attn.weight") ? "" : name);
        assertTensorsRefused(
                "tensor names are those behind \"encoder.\": tensor \"vit.layernorm.weight\" [14] is missing",
                name -> name.equals("encoder.layernorm.weight") ? "" : name);
        assertTensorsRefused(
                "tensor \"enc_to_dec_proj.bias\" [18] is missing",
                name -> name.equals("enc_to_dec_proj.bias") ? "" : name);
        assertTensorsRefused(
                "tensor \"pooler.dense.bias\"", // a part may lack it, but no part has it here
                name -> name.startsWith("encoder.pooler.") ? name.substring("encoder.".length()) : name);
        // The decoder's own word counts, and this one says that its head is no table of words.
        assertTensorsRefused(
                "tensor \"lm_head.weight\" [300, 18] is missing",
                name -> name.equals("decoder.lm_head.weight") ? "" : name);
    }

    @Test
    void whatThePartSaysHoldsWhereTheWholeSaysNothing() throws IOException {
        assertEquals(tokens(299, List.of(299), OptionalInt.of(299)), captionTokens(config -> {}));
        assertEquals(tokens(7, List.of(3, 4), OptionalInt.empty()), captionTokens(config -> {
            config.remove("decoder_start_token_id");
            config.remove("eos_token_id");
            config.remove("pad_token_id");
            config.getAsJsonObject("decoder").addProperty("bos_token_id", 7);
            JsonArray ends = new JsonArray();
            ends.add(3);
            ends.add(4);
            config.getAsJsonObject("decoder").add("eos_token_id", ends);
        }));
        assertEquals(tokens(8, List.of(299), OptionalInt.of(299)), captionTokens(config -> {
            config.remove("decoder_start_token_id");
            config.addProperty("bos_token_id", 8);
        }));
    }

    @Test
    void gpt2SaysNothingOrItsUsualTokens() throws IOException {
        copy("model", config -> {
            config.remove("bos_token_id");
            config.remove("eos_token_id");
        });
        assertEquals(tokens(50256, List.of(50256), OptionalInt.empty()), languageModelTokens());
        copy("model", config -> {
            config.add("bos_token_id", JsonNull.INSTANCE);
            config.add("eos_token_id", JsonNull.INSTANCE);
            config.addProperty("pad_token_id", 5);
        });
        assertEquals(new GenerationTokens(OptionalInt.empty(), List.of(), OptionalInt.of(5)), languageModelTokens());
        copy("model", config -> config.add("eos_token_id", new JsonPrimitive("x")));
        String message = assertThrows(ModelLoadingException.class, this::languageModelTokens)
                .getMessage();
        assertTrue(message.contains("config.json: eos_token_id: expected an integer"), message);
        copy("model", config -> config.addProperty("add_cross_attention", true));
        message = assertThrows(ModelLoadingException.class, this::languageModelTokens)
                .getMessage();
        assertTrue(message.contains("add_cross_attention: expected false"), message);
    }

    private static GenerationTokens tokens(int start, List<Integer> ends, OptionalInt padding) {
        return new GenerationTokens(OptionalInt.of(start), ends, padding);
    }

    private GenerationTokens captionTokens(Consumer<JsonObject> change) throws IOException {
        copy("caption", change);
        try (var model = AutoModelForImageTextToText.fromPretrained(folder)) {
            return model.captioner().tokens();
        }
    }

    private GenerationTokens languageModelTokens() {
        try (var model = AutoModelForCausalLM.fromPretrained(folder)) {
            return model.languageModel().tokens();
        }
    }

    private void assertConfigRefused(String expected, Consumer<JsonObject> change) throws IOException {
        copy("caption-with-projection", change);
        assertRefused(expected);
    }

    /** @param rename gives a tensor another name, or none: it is left out */
    private void assertTensorsRefused(String expected, UnaryOperator<String> rename) throws IOException {
        copy("caption-with-projection", config -> {});
        SafetensorsWriter writer = new SafetensorsWriter();
        Path weights = FIXTURES.resolve("caption-with-projection").resolve("model.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            for (String name : file.names()) {
                String renamed = rename.apply(name);
                if (!renamed.isEmpty()) {
                    Tensor tensor = Fixture.tensor(file, name);
                    writer.add(renamed, tensor);
                }
            }
        }
        Files.delete(folder.resolve("model.safetensors"));
        writer.write(folder.resolve("model.safetensors"));
        assertRefused(expected);
    }

    private void assertRefused(String expected) {
        String message = assertThrows(
                        ModelLoadingException.class, () -> AutoModelForImageTextToText.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }

    private void copy(String fixture, Consumer<JsonObject> change) throws IOException {
        Path from = FIXTURES.resolve(fixture);
        JsonObject config = StrictJson.parseObject(Files.readString(from.resolve("config.json")), "config.json");
        change.accept(config);
        Files.writeString(folder.resolve("config.json"), config.toString());
        Path weights = folder.resolve("model.safetensors");
        Files.deleteIfExists(weights);
        Files.copy(from.resolve("model.safetensors"), weights);
    }
}
