package io.tesserae.fuzz;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.torch.TorchFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A state dict that {@code torch.save} wrote: the zip file and the pickle in it. A whole file, or a pickle alone, which is then put in one. */
public final class TorchTarget implements FuzzTarget {

    private static final TorchTarget TARGET = new TorchTarget();

    private static final String FILE = "weights.pt";

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "torch";
    }

    @Override
    public long read(byte[] input) throws IOException {
        boolean alone = input.length > 0 && input[0] == (byte) 0x80;
        byte[] file = alone ? archive(input) : input;
        long answer = 0;
        try (TorchFile tensors = TorchFile.open(
                ModelFiles.resources("input", name -> name.equals(FILE) ? new ByteArrayInputStream(file) : null),
                FILE)) {
            for (String name : tensors.names()) {
                tensors.describe(name);
                tensors.precision(name);
                long count = 1;
                for (long dimension : tensors.shape(name)) {
                    count = Math.multiplyExact(count, dimension);
                }
                if (count > file.length) {
                    throw new Finding(name + " has more elements than the file has bytes");
                }
                answer += Float.BYTES * count;
                read(tensors, name, (int) count);
            }
        }
        return answer;
    }

    private static void read(TorchFile tensors, String name, int count) {
        try {
            tensors.requireFloatingPoint(name);
        } catch (ModelLoadingException e) {
            return; // integers
        }
        float[] values = new float[count];
        tensors.read(name, 0, values, 0, count);
        float last = count == 0 ? 0 : values[count - 1];
        tensors.read(name, count / 3, values, 0, count - count / 3);
        if (count > 0 && Float.compare(last, values[count - count / 3 - 1]) != 0) {
            throw new Finding(name + " reads differently from its middle on");
        }
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    /** Three bytes may make a tensor of sixteen dimensions; a file is held twice. */
    @Override
    public Bound bound() {
        return new Bound(4 << 20, 512);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        byte[] pickle = pickle();
        return Map.of(
                "file", archive(pickle),
                "pickle", pickle,
                "names", latin("\u0080\2}(X\1\0\0\0aK\1\u0085X\1\0\0\0bNuN}b."),
                "nothing", archive(latin("\u0080\2ccollections\nOrderedDict\nq\0)R.")));
    }

    /** A state dict of {@code weight} and {@code bias}. */
    static byte[] pickle() {
        String storage = "((X\7\0\0\0storageq\1ctorch\nFloatStorage\nX\1\0\0\0" + "0X\3\0\0\0cpuK\6tQ";
        String dictionary = "ccollections\nOrderedDict\nq\2)R";
        String weight = "X\6\0\0\0weightctorch._utils\n_rebuild_tensor_v2\nq\3" + storage
                + "K\0K\2K\3\u0086K\3K\1\u0086\u0089}tR";
        String bias = "X\4\0\0\0biash\3" + storage + "K\1K\2\u0085M\2\0\u0085\u0089h\2)RtR";
        return latin("\u0080\2" + dictionary + "(" + weight + bias + "u}X\1\0\0\0v}sb.");
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A file with this pickle, and a storage of 24 bytes. */
    static byte[] archive(byte[] pickle) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle);
        entries.put("a/byteorder", latin("little"));
        entries.put("a/data/0", new byte[24]);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> one : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(one.getKey());
                CRC32 sum = new CRC32();
                sum.update(one.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(one.getValue().length);
                entry.setCrc(sum.getValue());
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write(one.getValue());
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "ctorch\nHalfStorage\n",
                "ctorch\nLongStorage\n",
                "ctorch._utils\n_rebuild_parameter\n",
                "ctorch._utils\n_rebuild_tensor_v2\n",
                "ccollections\nOrderedDict\n",
                "a/data/0",
                "storage");
    }

    @Override
    public int longestInput() {
        return 4 << 10;
    }
}
