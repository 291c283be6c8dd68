import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AttachRequest as _runtime_v1_AttachRequest, AttachRequestOutput as _runtime_v1_AttachRequestOutput } from './runtime/v1/AttachRequest.ts';
import type { AttachResponse as _runtime_v1_AttachResponse, AttachResponseOutput as _runtime_v1_AttachResponseOutput } from './runtime/v1/AttachResponse.ts';
import type { AuthConfig as _runtime_v1_AuthConfig, AuthConfigOutput as _runtime_v1_AuthConfigOutput } from './runtime/v1/AuthConfig.ts';
import type { CDIDevice as _runtime_v1_CDIDevice, CDIDeviceOutput as _runtime_v1_CDIDeviceOutput } from './runtime/v1/CDIDevice.ts';
import type { Capability as _runtime_v1_Capability, CapabilityOutput as _runtime_v1_CapabilityOutput } from './runtime/v1/Capability.ts';
import type { CheckpointContainerRequest as _runtime_v1_CheckpointContainerRequest, CheckpointContainerRequestOutput as _runtime_v1_CheckpointContainerRequestOutput } from './runtime/v1/CheckpointContainerRequest.ts';
import type { CheckpointContainerResponse as _runtime_v1_CheckpointContainerResponse, CheckpointContainerResponseOutput as _runtime_v1_CheckpointContainerResponseOutput } from './runtime/v1/CheckpointContainerResponse.ts';
import type { CheckpointPodRequest as _runtime_v1_CheckpointPodRequest, CheckpointPodRequestOutput as _runtime_v1_CheckpointPodRequestOutput } from './runtime/v1/CheckpointPodRequest.ts';
import type { CheckpointPodResponse as _runtime_v1_CheckpointPodResponse, CheckpointPodResponseOutput as _runtime_v1_CheckpointPodResponseOutput } from './runtime/v1/CheckpointPodResponse.ts';
import type { Container as _runtime_v1_Container, ContainerOutput as _runtime_v1_ContainerOutput } from './runtime/v1/Container.ts';
import type { ContainerAttributes as _runtime_v1_ContainerAttributes, ContainerAttributesOutput as _runtime_v1_ContainerAttributesOutput } from './runtime/v1/ContainerAttributes.ts';
import type { ContainerConfig as _runtime_v1_ContainerConfig, ContainerConfigOutput as _runtime_v1_ContainerConfigOutput } from './runtime/v1/ContainerConfig.ts';
import type { ContainerEventResponse as _runtime_v1_ContainerEventResponse, ContainerEventResponseOutput as _runtime_v1_ContainerEventResponseOutput } from './runtime/v1/ContainerEventResponse.ts';
import type { ContainerFilter as _runtime_v1_ContainerFilter, ContainerFilterOutput as _runtime_v1_ContainerFilterOutput } from './runtime/v1/ContainerFilter.ts';
import type { ContainerMetadata as _runtime_v1_ContainerMetadata, ContainerMetadataOutput as _runtime_v1_ContainerMetadataOutput } from './runtime/v1/ContainerMetadata.ts';
import type { ContainerMetrics as _runtime_v1_ContainerMetrics, ContainerMetricsOutput as _runtime_v1_ContainerMetricsOutput } from './runtime/v1/ContainerMetrics.ts';
import type { ContainerResources as _runtime_v1_ContainerResources, ContainerResourcesOutput as _runtime_v1_ContainerResourcesOutput } from './runtime/v1/ContainerResources.ts';
import type { ContainerStateValue as _runtime_v1_ContainerStateValue, ContainerStateValueOutput as _runtime_v1_ContainerStateValueOutput } from './runtime/v1/ContainerStateValue.ts';
import type { ContainerStats as _runtime_v1_ContainerStats, ContainerStatsOutput as _runtime_v1_ContainerStatsOutput } from './runtime/v1/ContainerStats.ts';
import type { ContainerStatsFilter as _runtime_v1_ContainerStatsFilter, ContainerStatsFilterOutput as _runtime_v1_ContainerStatsFilterOutput } from './runtime/v1/ContainerStatsFilter.ts';
import type { ContainerStatsRequest as _runtime_v1_ContainerStatsRequest, ContainerStatsRequestOutput as _runtime_v1_ContainerStatsRequestOutput } from './runtime/v1/ContainerStatsRequest.ts';
import type { ContainerStatsResponse as _runtime_v1_ContainerStatsResponse, ContainerStatsResponseOutput as _runtime_v1_ContainerStatsResponseOutput } from './runtime/v1/ContainerStatsResponse.ts';
import type { ContainerStatus as _runtime_v1_ContainerStatus, ContainerStatusOutput as _runtime_v1_ContainerStatusOutput } from './runtime/v1/ContainerStatus.ts';
import type { ContainerStatusRequest as _runtime_v1_ContainerStatusRequest, ContainerStatusRequestOutput as _runtime_v1_ContainerStatusRequestOutput } from './runtime/v1/ContainerStatusRequest.ts';
import type { ContainerStatusResponse as _runtime_v1_ContainerStatusResponse, ContainerStatusResponseOutput as _runtime_v1_ContainerStatusResponseOutput } from './runtime/v1/ContainerStatusResponse.ts';
import type { ContainerUser as _runtime_v1_ContainerUser, ContainerUserOutput as _runtime_v1_ContainerUserOutput } from './runtime/v1/ContainerUser.ts';
import type { CpuUsage as _runtime_v1_CpuUsage, CpuUsageOutput as _runtime_v1_CpuUsageOutput } from './runtime/v1/CpuUsage.ts';
import type { CreateContainerRequest as _runtime_v1_CreateContainerRequest, CreateContainerRequestOutput as _runtime_v1_CreateContainerRequestOutput } from './runtime/v1/CreateContainerRequest.ts';
import type { CreateContainerResponse as _runtime_v1_CreateContainerResponse, CreateContainerResponseOutput as _runtime_v1_CreateContainerResponseOutput } from './runtime/v1/CreateContainerResponse.ts';
import type { DNSConfig as _runtime_v1_DNSConfig, DNSConfigOutput as _runtime_v1_DNSConfigOutput } from './runtime/v1/DNSConfig.ts';
import type { Device as _runtime_v1_Device, DeviceOutput as _runtime_v1_DeviceOutput } from './runtime/v1/Device.ts';
import type { ExecRequest as _runtime_v1_ExecRequest, ExecRequestOutput as _runtime_v1_ExecRequestOutput } from './runtime/v1/ExecRequest.ts';
import type { ExecResponse as _runtime_v1_ExecResponse, ExecResponseOutput as _runtime_v1_ExecResponseOutput } from './runtime/v1/ExecResponse.ts';
import type { ExecSyncRequest as _runtime_v1_ExecSyncRequest, ExecSyncRequestOutput as _runtime_v1_ExecSyncRequestOutput } from './runtime/v1/ExecSyncRequest.ts';
import type { ExecSyncResponse as _runtime_v1_ExecSyncResponse, ExecSyncResponseOutput as _runtime_v1_ExecSyncResponseOutput } from './runtime/v1/ExecSyncResponse.ts';
import type { FilesystemIdentifier as _runtime_v1_FilesystemIdentifier, FilesystemIdentifierOutput as _runtime_v1_FilesystemIdentifierOutput } from './runtime/v1/FilesystemIdentifier.ts';
import type { FilesystemUsage as _runtime_v1_FilesystemUsage, FilesystemUsageOutput as _runtime_v1_FilesystemUsageOutput } from './runtime/v1/FilesystemUsage.ts';
import type { GetEventsRequest as _runtime_v1_GetEventsRequest, GetEventsRequestOutput as _runtime_v1_GetEventsRequestOutput } from './runtime/v1/GetEventsRequest.ts';
import type { HugepageLimit as _runtime_v1_HugepageLimit, HugepageLimitOutput as _runtime_v1_HugepageLimitOutput } from './runtime/v1/HugepageLimit.ts';
import type { IDMapping as _runtime_v1_IDMapping, IDMappingOutput as _runtime_v1_IDMappingOutput } from './runtime/v1/IDMapping.ts';
import type { Image as _runtime_v1_Image, ImageOutput as _runtime_v1_ImageOutput } from './runtime/v1/Image.ts';
import type { ImageFilter as _runtime_v1_ImageFilter, ImageFilterOutput as _runtime_v1_ImageFilterOutput } from './runtime/v1/ImageFilter.ts';
import type { ImageFsInfoRequest as _runtime_v1_ImageFsInfoRequest, ImageFsInfoRequestOutput as _runtime_v1_ImageFsInfoRequestOutput } from './runtime/v1/ImageFsInfoRequest.ts';
import type { ImageFsInfoResponse as _runtime_v1_ImageFsInfoResponse, ImageFsInfoResponseOutput as _runtime_v1_ImageFsInfoResponseOutput } from './runtime/v1/ImageFsInfoResponse.ts';
import type { ImageServiceClient as _runtime_v1_ImageServiceClient, ImageServiceDefinition as _runtime_v1_ImageServiceDefinition } from './runtime/v1/ImageService.ts';
import type { ImageSpec as _runtime_v1_ImageSpec, ImageSpecOutput as _runtime_v1_ImageSpecOutput } from './runtime/v1/ImageSpec.ts';
import type { ImageStatusRequest as _runtime_v1_ImageStatusRequest, ImageStatusRequestOutput as _runtime_v1_ImageStatusRequestOutput } from './runtime/v1/ImageStatusRequest.ts';
import type { ImageStatusResponse as _runtime_v1_ImageStatusResponse, ImageStatusResponseOutput as _runtime_v1_ImageStatusResponseOutput } from './runtime/v1/ImageStatusResponse.ts';
import type { Int64Value as _runtime_v1_Int64Value, Int64ValueOutput as _runtime_v1_Int64ValueOutput } from './runtime/v1/Int64Value.ts';
import type { IoUsage as _runtime_v1_IoUsage, IoUsageOutput as _runtime_v1_IoUsageOutput } from './runtime/v1/IoUsage.ts';
import type { KeyValue as _runtime_v1_KeyValue, KeyValueOutput as _runtime_v1_KeyValueOutput } from './runtime/v1/KeyValue.ts';
import type { LinuxContainerConfig as _runtime_v1_LinuxContainerConfig, LinuxContainerConfigOutput as _runtime_v1_LinuxContainerConfigOutput } from './runtime/v1/LinuxContainerConfig.ts';
import type { LinuxContainerResources as _runtime_v1_LinuxContainerResources, LinuxContainerResourcesOutput as _runtime_v1_LinuxContainerResourcesOutput } from './runtime/v1/LinuxContainerResources.ts';
import type { LinuxContainerSecurityContext as _runtime_v1_LinuxContainerSecurityContext, LinuxContainerSecurityContextOutput as _runtime_v1_LinuxContainerSecurityContextOutput } from './runtime/v1/LinuxContainerSecurityContext.ts';
import type { LinuxContainerUser as _runtime_v1_LinuxContainerUser, LinuxContainerUserOutput as _runtime_v1_LinuxContainerUserOutput } from './runtime/v1/LinuxContainerUser.ts';
import type { LinuxPodSandboxConfig as _runtime_v1_LinuxPodSandboxConfig, LinuxPodSandboxConfigOutput as _runtime_v1_LinuxPodSandboxConfigOutput } from './runtime/v1/LinuxPodSandboxConfig.ts';
import type { LinuxPodSandboxStats as _runtime_v1_LinuxPodSandboxStats, LinuxPodSandboxStatsOutput as _runtime_v1_LinuxPodSandboxStatsOutput } from './runtime/v1/LinuxPodSandboxStats.ts';
import type { LinuxPodSandboxStatus as _runtime_v1_LinuxPodSandboxStatus, LinuxPodSandboxStatusOutput as _runtime_v1_LinuxPodSandboxStatusOutput } from './runtime/v1/LinuxPodSandboxStatus.ts';
import type { LinuxRuntimeConfiguration as _runtime_v1_LinuxRuntimeConfiguration, LinuxRuntimeConfigurationOutput as _runtime_v1_LinuxRuntimeConfigurationOutput } from './runtime/v1/LinuxRuntimeConfiguration.ts';
import type { LinuxSandboxSecurityContext as _runtime_v1_LinuxSandboxSecurityContext, LinuxSandboxSecurityContextOutput as _runtime_v1_LinuxSandboxSecurityContextOutput } from './runtime/v1/LinuxSandboxSecurityContext.ts';
import type { ListContainerStatsRequest as _runtime_v1_ListContainerStatsRequest, ListContainerStatsRequestOutput as _runtime_v1_ListContainerStatsRequestOutput } from './runtime/v1/ListContainerStatsRequest.ts';
import type { ListContainerStatsResponse as _runtime_v1_ListContainerStatsResponse, ListContainerStatsResponseOutput as _runtime_v1_ListContainerStatsResponseOutput } from './runtime/v1/ListContainerStatsResponse.ts';
import type { ListContainersRequest as _runtime_v1_ListContainersRequest, ListContainersRequestOutput as _runtime_v1_ListContainersRequestOutput } from './runtime/v1/ListContainersRequest.ts';
import type { ListContainersResponse as _runtime_v1_ListContainersResponse, ListContainersResponseOutput as _runtime_v1_ListContainersResponseOutput } from './runtime/v1/ListContainersResponse.ts';
import type { ListImagesRequest as _runtime_v1_ListImagesRequest, ListImagesRequestOutput as _runtime_v1_ListImagesRequestOutput } from './runtime/v1/ListImagesRequest.ts';
import type { ListImagesResponse as _runtime_v1_ListImagesResponse, ListImagesResponseOutput as _runtime_v1_ListImagesResponseOutput } from './runtime/v1/ListImagesResponse.ts';
import type { ListMetricDescriptorsRequest as _runtime_v1_ListMetricDescriptorsRequest, ListMetricDescriptorsRequestOutput as _runtime_v1_ListMetricDescriptorsRequestOutput } from './runtime/v1/ListMetricDescriptorsRequest.ts';
import type { ListMetricDescriptorsResponse as _runtime_v1_ListMetricDescriptorsResponse, ListMetricDescriptorsResponseOutput as _runtime_v1_ListMetricDescriptorsResponseOutput } from './runtime/v1/ListMetricDescriptorsResponse.ts';
import type { ListPodSandboxMetricsRequest as _runtime_v1_ListPodSandboxMetricsRequest, ListPodSandboxMetricsRequestOutput as _runtime_v1_ListPodSandboxMetricsRequestOutput } from './runtime/v1/ListPodSandboxMetricsRequest.ts';
import type { ListPodSandboxMetricsResponse as _runtime_v1_ListPodSandboxMetricsResponse, ListPodSandboxMetricsResponseOutput as _runtime_v1_ListPodSandboxMetricsResponseOutput } from './runtime/v1/ListPodSandboxMetricsResponse.ts';
import type { ListPodSandboxRequest as _runtime_v1_ListPodSandboxRequest, ListPodSandboxRequestOutput as _runtime_v1_ListPodSandboxRequestOutput } from './runtime/v1/ListPodSandboxRequest.ts';
import type { ListPodSandboxResponse as _runtime_v1_ListPodSandboxResponse, ListPodSandboxResponseOutput as _runtime_v1_ListPodSandboxResponseOutput } from './runtime/v1/ListPodSandboxResponse.ts';
import type { ListPodSandboxStatsRequest as _runtime_v1_ListPodSandboxStatsRequest, ListPodSandboxStatsRequestOutput as _runtime_v1_ListPodSandboxStatsRequestOutput } from './runtime/v1/ListPodSandboxStatsRequest.ts';
import type { ListPodSandboxStatsResponse as _runtime_v1_ListPodSandboxStatsResponse, ListPodSandboxStatsResponseOutput as _runtime_v1_ListPodSandboxStatsResponseOutput } from './runtime/v1/ListPodSandboxStatsResponse.ts';
import type { MemoryUsage as _runtime_v1_MemoryUsage, MemoryUsageOutput as _runtime_v1_MemoryUsageOutput } from './runtime/v1/MemoryUsage.ts';
import type { Metric as _runtime_v1_Metric, MetricOutput as _runtime_v1_MetricOutput } from './runtime/v1/Metric.ts';
import type { MetricDescriptor as _runtime_v1_MetricDescriptor, MetricDescriptorOutput as _runtime_v1_MetricDescriptorOutput } from './runtime/v1/MetricDescriptor.ts';
import type { Mount as _runtime_v1_Mount, MountOutput as _runtime_v1_MountOutput } from './runtime/v1/Mount.ts';
import type { Namespace as _runtime_v1_Namespace, NamespaceOutput as _runtime_v1_NamespaceOutput } from './runtime/v1/Namespace.ts';
import type { NamespaceOption as _runtime_v1_NamespaceOption, NamespaceOptionOutput as _runtime_v1_NamespaceOptionOutput } from './runtime/v1/NamespaceOption.ts';
import type { NetworkConfig as _runtime_v1_NetworkConfig, NetworkConfigOutput as _runtime_v1_NetworkConfigOutput } from './runtime/v1/NetworkConfig.ts';
import type { NetworkInterfaceUsage as _runtime_v1_NetworkInterfaceUsage, NetworkInterfaceUsageOutput as _runtime_v1_NetworkInterfaceUsageOutput } from './runtime/v1/NetworkInterfaceUsage.ts';
import type { NetworkUsage as _runtime_v1_NetworkUsage, NetworkUsageOutput as _runtime_v1_NetworkUsageOutput } from './runtime/v1/NetworkUsage.ts';
import type { PodIP as _runtime_v1_PodIP, PodIPOutput as _runtime_v1_PodIPOutput } from './runtime/v1/PodIP.ts';
import type { PodSandbox as _runtime_v1_PodSandbox, PodSandboxOutput as _runtime_v1_PodSandboxOutput } from './runtime/v1/PodSandbox.ts';
import type { PodSandboxAttributes as _runtime_v1_PodSandboxAttributes, PodSandboxAttributesOutput as _runtime_v1_PodSandboxAttributesOutput } from './runtime/v1/PodSandboxAttributes.ts';
import type { PodSandboxConfig as _runtime_v1_PodSandboxConfig, PodSandboxConfigOutput as _runtime_v1_PodSandboxConfigOutput } from './runtime/v1/PodSandboxConfig.ts';
import type { PodSandboxFilter as _runtime_v1_PodSandboxFilter, PodSandboxFilterOutput as _runtime_v1_PodSandboxFilterOutput } from './runtime/v1/PodSandboxFilter.ts';
import type { PodSandboxMetadata as _runtime_v1_PodSandboxMetadata, PodSandboxMetadataOutput as _runtime_v1_PodSandboxMetadataOutput } from './runtime/v1/PodSandboxMetadata.ts';
import type { PodSandboxMetrics as _runtime_v1_PodSandboxMetrics, PodSandboxMetricsOutput as _runtime_v1_PodSandboxMetricsOutput } from './runtime/v1/PodSandboxMetrics.ts';
import type { PodSandboxNetworkStatus as _runtime_v1_PodSandboxNetworkStatus, PodSandboxNetworkStatusOutput as _runtime_v1_PodSandboxNetworkStatusOutput } from './runtime/v1/PodSandboxNetworkStatus.ts';
import type { PodSandboxStateValue as _runtime_v1_PodSandboxStateValue, PodSandboxStateValueOutput as _runtime_v1_PodSandboxStateValueOutput } from './runtime/v1/PodSandboxStateValue.ts';
import type { PodSandboxStats as _runtime_v1_PodSandboxStats, PodSandboxStatsOutput as _runtime_v1_PodSandboxStatsOutput } from './runtime/v1/PodSandboxStats.ts';
import type { PodSandboxStatsFilter as _runtime_v1_PodSandboxStatsFilter, PodSandboxStatsFilterOutput as _runtime_v1_PodSandboxStatsFilterOutput } from './runtime/v1/PodSandboxStatsFilter.ts';
import type { PodSandboxStatsRequest as _runtime_v1_PodSandboxStatsRequest, PodSandboxStatsRequestOutput as _runtime_v1_PodSandboxStatsRequestOutput } from './runtime/v1/PodSandboxStatsRequest.ts';
import type { PodSandboxStatsResponse as _runtime_v1_PodSandboxStatsResponse, PodSandboxStatsResponseOutput as _runtime_v1_PodSandboxStatsResponseOutput } from './runtime/v1/PodSandboxStatsResponse.ts';
import type { PodSandboxStatus as _runtime_v1_PodSandboxStatus, PodSandboxStatusOutput as _runtime_v1_PodSandboxStatusOutput } from './runtime/v1/PodSandboxStatus.ts';
import type { PodSandboxStatusRequest as _runtime_v1_PodSandboxStatusRequest, PodSandboxStatusRequestOutput as _runtime_v1_PodSandboxStatusRequestOutput } from './runtime/v1/PodSandboxStatusRequest.ts';
import type { PodSandboxStatusResponse as _runtime_v1_PodSandboxStatusResponse, PodSandboxStatusResponseOutput as _runtime_v1_PodSandboxStatusResponseOutput } from './runtime/v1/PodSandboxStatusResponse.ts';
import type { PortForwardRequest as _runtime_v1_PortForwardRequest, PortForwardRequestOutput as _runtime_v1_PortForwardRequestOutput } from './runtime/v1/PortForwardRequest.ts';
import type { PortForwardResponse as _runtime_v1_PortForwardResponse, PortForwardResponseOutput as _runtime_v1_PortForwardResponseOutput } from './runtime/v1/PortForwardResponse.ts';
import type { PortMapping as _runtime_v1_PortMapping, PortMappingOutput as _runtime_v1_PortMappingOutput } from './runtime/v1/PortMapping.ts';
import type { ProcessUsage as _runtime_v1_ProcessUsage, ProcessUsageOutput as _runtime_v1_ProcessUsageOutput } from './runtime/v1/ProcessUsage.ts';
import type { PsiData as _runtime_v1_PsiData, PsiDataOutput as _runtime_v1_PsiDataOutput } from './runtime/v1/PsiData.ts';
import type { PsiStats as _runtime_v1_PsiStats, PsiStatsOutput as _runtime_v1_PsiStatsOutput } from './runtime/v1/PsiStats.ts';
import type { PullImageRequest as _runtime_v1_PullImageRequest, PullImageRequestOutput as _runtime_v1_PullImageRequestOutput } from './runtime/v1/PullImageRequest.ts';
import type { PullImageResponse as _runtime_v1_PullImageResponse, PullImageResponseOutput as _runtime_v1_PullImageResponseOutput } from './runtime/v1/PullImageResponse.ts';
import type { RemoveContainerRequest as _runtime_v1_RemoveContainerRequest, RemoveContainerRequestOutput as _runtime_v1_RemoveContainerRequestOutput } from './runtime/v1/RemoveContainerRequest.ts';
import type { RemoveContainerResponse as _runtime_v1_RemoveContainerResponse, RemoveContainerResponseOutput as _runtime_v1_RemoveContainerResponseOutput } from './runtime/v1/RemoveContainerResponse.ts';
import type { RemoveImageRequest as _runtime_v1_RemoveImageRequest, RemoveImageRequestOutput as _runtime_v1_RemoveImageRequestOutput } from './runtime/v1/RemoveImageRequest.ts';
import type { RemoveImageResponse as _runtime_v1_RemoveImageResponse, RemoveImageResponseOutput as _runtime_v1_RemoveImageResponseOutput } from './runtime/v1/RemoveImageResponse.ts';
import type { RemovePodSandboxRequest as _runtime_v1_RemovePodSandboxRequest, RemovePodSandboxRequestOutput as _runtime_v1_RemovePodSandboxRequestOutput } from './runtime/v1/RemovePodSandboxRequest.ts';
import type { RemovePodSandboxResponse as _runtime_v1_RemovePodSandboxResponse, RemovePodSandboxResponseOutput as _runtime_v1_RemovePodSandboxResponseOutput } from './runtime/v1/RemovePodSandboxResponse.ts';
import type { ReopenContainerLogRequest as _runtime_v1_ReopenContainerLogRequest, ReopenContainerLogRequestOutput as _runtime_v1_ReopenContainerLogRequestOutput } from './runtime/v1/ReopenContainerLogRequest.ts';
import type { ReopenContainerLogResponse as _runtime_v1_ReopenContainerLogResponse, ReopenContainerLogResponseOutput as _runtime_v1_ReopenContainerLogResponseOutput } from './runtime/v1/ReopenContainerLogResponse.ts';
import type { RestorePodRequest as _runtime_v1_RestorePodRequest, RestorePodRequestOutput as _runtime_v1_RestorePodRequestOutput } from './runtime/v1/RestorePodRequest.ts';
import type { RestorePodResponse as _runtime_v1_RestorePodResponse, RestorePodResponseOutput as _runtime_v1_RestorePodResponseOutput } from './runtime/v1/RestorePodResponse.ts';
import type { RestoredContainer as _runtime_v1_RestoredContainer, RestoredContainerOutput as _runtime_v1_RestoredContainerOutput } from './runtime/v1/RestoredContainer.ts';
import type { RunPodSandboxRequest as _runtime_v1_RunPodSandboxRequest, RunPodSandboxRequestOutput as _runtime_v1_RunPodSandboxRequestOutput } from './runtime/v1/RunPodSandboxRequest.ts';
import type { RunPodSandboxResponse as _runtime_v1_RunPodSandboxResponse, RunPodSandboxResponseOutput as _runtime_v1_RunPodSandboxResponseOutput } from './runtime/v1/RunPodSandboxResponse.ts';
import type { RuntimeCondition as _runtime_v1_RuntimeCondition, RuntimeConditionOutput as _runtime_v1_RuntimeConditionOutput } from './runtime/v1/RuntimeCondition.ts';
import type { RuntimeConfig as _runtime_v1_RuntimeConfig, RuntimeConfigOutput as _runtime_v1_RuntimeConfigOutput } from './runtime/v1/RuntimeConfig.ts';
import type { RuntimeConfigRequest as _runtime_v1_RuntimeConfigRequest, RuntimeConfigRequestOutput as _runtime_v1_RuntimeConfigRequestOutput } from './runtime/v1/RuntimeConfigRequest.ts';
import type { RuntimeConfigResponse as _runtime_v1_RuntimeConfigResponse, RuntimeConfigResponseOutput as _runtime_v1_RuntimeConfigResponseOutput } from './runtime/v1/RuntimeConfigResponse.ts';
import type { RuntimeFeatures as _runtime_v1_RuntimeFeatures, RuntimeFeaturesOutput as _runtime_v1_RuntimeFeaturesOutput } from './runtime/v1/RuntimeFeatures.ts';
import type { RuntimeHandler as _runtime_v1_RuntimeHandler, RuntimeHandlerOutput as _runtime_v1_RuntimeHandlerOutput } from './runtime/v1/RuntimeHandler.ts';
import type { RuntimeHandlerFeatures as _runtime_v1_RuntimeHandlerFeatures, RuntimeHandlerFeaturesOutput as _runtime_v1_RuntimeHandlerFeaturesOutput } from './runtime/v1/RuntimeHandlerFeatures.ts';
import type { RuntimeServiceClient as _runtime_v1_RuntimeServiceClient, RuntimeServiceDefinition as _runtime_v1_RuntimeServiceDefinition } from './runtime/v1/RuntimeService.ts';
import type { RuntimeStatus as _runtime_v1_RuntimeStatus, RuntimeStatusOutput as _runtime_v1_RuntimeStatusOutput } from './runtime/v1/RuntimeStatus.ts';
import type { SELinuxOption as _runtime_v1_SELinuxOption, SELinuxOptionOutput as _runtime_v1_SELinuxOptionOutput } from './runtime/v1/SELinuxOption.ts';
import type { SecurityProfile as _runtime_v1_SecurityProfile, SecurityProfileOutput as _runtime_v1_SecurityProfileOutput } from './runtime/v1/SecurityProfile.ts';
import type { StartContainerRequest as _runtime_v1_StartContainerRequest, StartContainerRequestOutput as _runtime_v1_StartContainerRequestOutput } from './runtime/v1/StartContainerRequest.ts';
import type { StartContainerResponse as _runtime_v1_StartContainerResponse, StartContainerResponseOutput as _runtime_v1_StartContainerResponseOutput } from './runtime/v1/StartContainerResponse.ts';
import type { StatusRequest as _runtime_v1_StatusRequest, StatusRequestOutput as _runtime_v1_StatusRequestOutput } from './runtime/v1/StatusRequest.ts';
import type { StatusResponse as _runtime_v1_StatusResponse, StatusResponseOutput as _runtime_v1_StatusResponseOutput } from './runtime/v1/StatusResponse.ts';
import type { StopContainerRequest as _runtime_v1_StopContainerRequest, StopContainerRequestOutput as _runtime_v1_StopContainerRequestOutput } from './runtime/v1/StopContainerRequest.ts';
import type { StopContainerResponse as _runtime_v1_StopContainerResponse, StopContainerResponseOutput as _runtime_v1_StopContainerResponseOutput } from './runtime/v1/StopContainerResponse.ts';
import type { StopPodSandboxRequest as _runtime_v1_StopPodSandboxRequest, StopPodSandboxRequestOutput as _runtime_v1_StopPodSandboxRequestOutput } from './runtime/v1/StopPodSandboxRequest.ts';
import type { StopPodSandboxResponse as _runtime_v1_StopPodSandboxResponse, StopPodSandboxResponseOutput as _runtime_v1_StopPodSandboxResponseOutput } from './runtime/v1/StopPodSandboxResponse.ts';
import type { StreamContainerStatsRequest as _runtime_v1_StreamContainerStatsRequest, StreamContainerStatsRequestOutput as _runtime_v1_StreamContainerStatsRequestOutput } from './runtime/v1/StreamContainerStatsRequest.ts';
import type { StreamContainerStatsResponse as _runtime_v1_StreamContainerStatsResponse, StreamContainerStatsResponseOutput as _runtime_v1_StreamContainerStatsResponseOutput } from './runtime/v1/StreamContainerStatsResponse.ts';
import type { StreamContainersRequest as _runtime_v1_StreamContainersRequest, StreamContainersRequestOutput as _runtime_v1_StreamContainersRequestOutput } from './runtime/v1/StreamContainersRequest.ts';
import type { StreamContainersResponse as _runtime_v1_StreamContainersResponse, StreamContainersResponseOutput as _runtime_v1_StreamContainersResponseOutput } from './runtime/v1/StreamContainersResponse.ts';
import type { StreamImagesRequest as _runtime_v1_StreamImagesRequest, StreamImagesRequestOutput as _runtime_v1_StreamImagesRequestOutput } from './runtime/v1/StreamImagesRequest.ts';
import type { StreamImagesResponse as _runtime_v1_StreamImagesResponse, StreamImagesResponseOutput as _runtime_v1_StreamImagesResponseOutput } from './runtime/v1/StreamImagesResponse.ts';
import type { StreamPodSandboxMetricsRequest as _runtime_v1_StreamPodSandboxMetricsRequest, StreamPodSandboxMetricsRequestOutput as _runtime_v1_StreamPodSandboxMetricsRequestOutput } from './runtime/v1/StreamPodSandboxMetricsRequest.ts';
import type { StreamPodSandboxMetricsResponse as _runtime_v1_StreamPodSandboxMetricsResponse, StreamPodSandboxMetricsResponseOutput as _runtime_v1_StreamPodSandboxMetricsResponseOutput } from './runtime/v1/StreamPodSandboxMetricsResponse.ts';
import type { StreamPodSandboxStatsRequest as _runtime_v1_StreamPodSandboxStatsRequest, StreamPodSandboxStatsRequestOutput as _runtime_v1_StreamPodSandboxStatsRequestOutput } from './runtime/v1/StreamPodSandboxStatsRequest.ts';
import type { StreamPodSandboxStatsResponse as _runtime_v1_StreamPodSandboxStatsResponse, StreamPodSandboxStatsResponseOutput as _runtime_v1_StreamPodSandboxStatsResponseOutput } from './runtime/v1/StreamPodSandboxStatsResponse.ts';
import type { StreamPodSandboxesRequest as _runtime_v1_StreamPodSandboxesRequest, StreamPodSandboxesRequestOutput as _runtime_v1_StreamPodSandboxesRequestOutput } from './runtime/v1/StreamPodSandboxesRequest.ts';
import type { StreamPodSandboxesResponse as _runtime_v1_StreamPodSandboxesResponse, StreamPodSandboxesResponseOutput as _runtime_v1_StreamPodSandboxesResponseOutput } from './runtime/v1/StreamPodSandboxesResponse.ts';
import type { SwapUsage as _runtime_v1_SwapUsage, SwapUsageOutput as _runtime_v1_SwapUsageOutput } from './runtime/v1/SwapUsage.ts';
import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from './runtime/v1/UInt64Value.ts';
import type { UpdateContainerResourcesRequest as _runtime_v1_UpdateContainerResourcesRequest, UpdateContainerResourcesRequestOutput as _runtime_v1_UpdateContainerResourcesRequestOutput } from './runtime/v1/UpdateContainerResourcesRequest.ts';
import type { UpdateContainerResourcesResponse as _runtime_v1_UpdateContainerResourcesResponse, UpdateContainerResourcesResponseOutput as _runtime_v1_UpdateContainerResourcesResponseOutput } from './runtime/v1/UpdateContainerResourcesResponse.ts';
import type { UpdatePodSandboxResourcesRequest as _runtime_v1_UpdatePodSandboxResourcesRequest, UpdatePodSandboxResourcesRequestOutput as _runtime_v1_UpdatePodSandboxResourcesRequestOutput } from './runtime/v1/UpdatePodSandboxResourcesRequest.ts';
import type { UpdatePodSandboxResourcesResponse as _runtime_v1_UpdatePodSandboxResourcesResponse, UpdatePodSandboxResourcesResponseOutput as _runtime_v1_UpdatePodSandboxResourcesResponseOutput } from './runtime/v1/UpdatePodSandboxResourcesResponse.ts';
import type { UpdateRuntimeConfigRequest as _runtime_v1_UpdateRuntimeConfigRequest, UpdateRuntimeConfigRequestOutput as _runtime_v1_UpdateRuntimeConfigRequestOutput } from './runtime/v1/UpdateRuntimeConfigRequest.ts';
import type { UpdateRuntimeConfigResponse as _runtime_v1_UpdateRuntimeConfigResponse, UpdateRuntimeConfigResponseOutput as _runtime_v1_UpdateRuntimeConfigResponseOutput } from './runtime/v1/UpdateRuntimeConfigResponse.ts';
import type { UserNamespace as _runtime_v1_UserNamespace, UserNamespaceOutput as _runtime_v1_UserNamespaceOutput } from './runtime/v1/UserNamespace.ts';
import type { VersionRequest as _runtime_v1_VersionRequest, VersionRequestOutput as _runtime_v1_VersionRequestOutput } from './runtime/v1/VersionRequest.ts';
import type { VersionResponse as _runtime_v1_VersionResponse, VersionResponseOutput as _runtime_v1_VersionResponseOutput } from './runtime/v1/VersionResponse.ts';
import type { WindowsContainerConfig as _runtime_v1_WindowsContainerConfig, WindowsContainerConfigOutput as _runtime_v1_WindowsContainerConfigOutput } from './runtime/v1/WindowsContainerConfig.ts';
import type { WindowsContainerResources as _runtime_v1_WindowsContainerResources, WindowsContainerResourcesOutput as _runtime_v1_WindowsContainerResourcesOutput } from './runtime/v1/WindowsContainerResources.ts';
import type { WindowsContainerSecurityContext as _runtime_v1_WindowsContainerSecurityContext, WindowsContainerSecurityContextOutput as _runtime_v1_WindowsContainerSecurityContextOutput } from './runtime/v1/WindowsContainerSecurityContext.ts';
import type { WindowsContainerStats as _runtime_v1_WindowsContainerStats, WindowsContainerStatsOutput as _runtime_v1_WindowsContainerStatsOutput } from './runtime/v1/WindowsContainerStats.ts';
import type { WindowsCpuGroupAffinity as _runtime_v1_WindowsCpuGroupAffinity, WindowsCpuGroupAffinityOutput as _runtime_v1_WindowsCpuGroupAffinityOutput } from './runtime/v1/WindowsCpuGroupAffinity.ts';
import type { WindowsCpuUsage as _runtime_v1_WindowsCpuUsage, WindowsCpuUsageOutput as _runtime_v1_WindowsCpuUsageOutput } from './runtime/v1/WindowsCpuUsage.ts';
import type { WindowsFilesystemUsage as _runtime_v1_WindowsFilesystemUsage, WindowsFilesystemUsageOutput as _runtime_v1_WindowsFilesystemUsageOutput } from './runtime/v1/WindowsFilesystemUsage.ts';
import type { WindowsMemoryUsage as _runtime_v1_WindowsMemoryUsage, WindowsMemoryUsageOutput as _runtime_v1_WindowsMemoryUsageOutput } from './runtime/v1/WindowsMemoryUsage.ts';
import type { WindowsNamespaceOption as _runtime_v1_WindowsNamespaceOption, WindowsNamespaceOptionOutput as _runtime_v1_WindowsNamespaceOptionOutput } from './runtime/v1/WindowsNamespaceOption.ts';
import type { WindowsNetworkInterfaceUsage as _runtime_v1_WindowsNetworkInterfaceUsage, WindowsNetworkInterfaceUsageOutput as _runtime_v1_WindowsNetworkInterfaceUsageOutput } from './runtime/v1/WindowsNetworkInterfaceUsage.ts';
import type { WindowsNetworkUsage as _runtime_v1_WindowsNetworkUsage, WindowsNetworkUsageOutput as _runtime_v1_WindowsNetworkUsageOutput } from './runtime/v1/WindowsNetworkUsage.ts';
import type { WindowsPodSandboxConfig as _runtime_v1_WindowsPodSandboxConfig, WindowsPodSandboxConfigOutput as _runtime_v1_WindowsPodSandboxConfigOutput } from './runtime/v1/WindowsPodSandboxConfig.ts';
import type { WindowsPodSandboxStats as _runtime_v1_WindowsPodSandboxStats, WindowsPodSandboxStatsOutput as _runtime_v1_WindowsPodSandboxStatsOutput } from './runtime/v1/WindowsPodSandboxStats.ts';
import type { WindowsProcessUsage as _runtime_v1_WindowsProcessUsage, WindowsProcessUsageOutput as _runtime_v1_WindowsProcessUsageOutput } from './runtime/v1/WindowsProcessUsage.ts';
import type { WindowsSandboxSecurityContext as _runtime_v1_WindowsSandboxSecurityContext, WindowsSandboxSecurityContextOutput as _runtime_v1_WindowsSandboxSecurityContextOutput } from './runtime/v1/WindowsSandboxSecurityContext.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  runtime: {
    v1: {
      AttachRequest: MessageTypeDefinition<_runtime_v1_AttachRequest, _runtime_v1_AttachRequestOutput>
      AttachResponse: MessageTypeDefinition<_runtime_v1_AttachResponse, _runtime_v1_AttachResponseOutput>
      AuthConfig: MessageTypeDefinition<_runtime_v1_AuthConfig, _runtime_v1_AuthConfigOutput>
      CDIDevice: MessageTypeDefinition<_runtime_v1_CDIDevice, _runtime_v1_CDIDeviceOutput>
      Capability: MessageTypeDefinition<_runtime_v1_Capability, _runtime_v1_CapabilityOutput>
      CgroupDriver: EnumTypeDefinition
      CheckpointContainerRequest: MessageTypeDefinition<_runtime_v1_CheckpointContainerRequest, _runtime_v1_CheckpointContainerRequestOutput>
      CheckpointContainerResponse: MessageTypeDefinition<_runtime_v1_CheckpointContainerResponse, _runtime_v1_CheckpointContainerResponseOutput>
      CheckpointPodRequest: MessageTypeDefinition<_runtime_v1_CheckpointPodRequest, _runtime_v1_CheckpointPodRequestOutput>
      CheckpointPodResponse: MessageTypeDefinition<_runtime_v1_CheckpointPodResponse, _runtime_v1_CheckpointPodResponseOutput>
      Container: MessageTypeDefinition<_runtime_v1_Container, _runtime_v1_ContainerOutput>
      ContainerAttributes: MessageTypeDefinition<_runtime_v1_ContainerAttributes, _runtime_v1_ContainerAttributesOutput>
      ContainerConfig: MessageTypeDefinition<_runtime_v1_ContainerConfig, _runtime_v1_ContainerConfigOutput>
      ContainerEventResponse: MessageTypeDefinition<_runtime_v1_ContainerEventResponse, _runtime_v1_ContainerEventResponseOutput>
      ContainerEventType: EnumTypeDefinition
      ContainerFilter: MessageTypeDefinition<_runtime_v1_ContainerFilter, _runtime_v1_ContainerFilterOutput>
      ContainerMetadata: MessageTypeDefinition<_runtime_v1_ContainerMetadata, _runtime_v1_ContainerMetadataOutput>
      ContainerMetrics: MessageTypeDefinition<_runtime_v1_ContainerMetrics, _runtime_v1_ContainerMetricsOutput>
      ContainerResources: MessageTypeDefinition<_runtime_v1_ContainerResources, _runtime_v1_ContainerResourcesOutput>
      ContainerState: EnumTypeDefinition
      ContainerStateValue: MessageTypeDefinition<_runtime_v1_ContainerStateValue, _runtime_v1_ContainerStateValueOutput>
      ContainerStats: MessageTypeDefinition<_runtime_v1_ContainerStats, _runtime_v1_ContainerStatsOutput>
      ContainerStatsFilter: MessageTypeDefinition<_runtime_v1_ContainerStatsFilter, _runtime_v1_ContainerStatsFilterOutput>
      ContainerStatsRequest: MessageTypeDefinition<_runtime_v1_ContainerStatsRequest, _runtime_v1_ContainerStatsRequestOutput>
      ContainerStatsResponse: MessageTypeDefinition<_runtime_v1_ContainerStatsResponse, _runtime_v1_ContainerStatsResponseOutput>
      ContainerStatus: MessageTypeDefinition<_runtime_v1_ContainerStatus, _runtime_v1_ContainerStatusOutput>
      ContainerStatusRequest: MessageTypeDefinition<_runtime_v1_ContainerStatusRequest, _runtime_v1_ContainerStatusRequestOutput>
      ContainerStatusResponse: MessageTypeDefinition<_runtime_v1_ContainerStatusResponse, _runtime_v1_ContainerStatusResponseOutput>
      ContainerUser: MessageTypeDefinition<_runtime_v1_ContainerUser, _runtime_v1_ContainerUserOutput>
      CpuUsage: MessageTypeDefinition<_runtime_v1_CpuUsage, _runtime_v1_CpuUsageOutput>
      CreateContainerRequest: MessageTypeDefinition<_runtime_v1_CreateContainerRequest, _runtime_v1_CreateContainerRequestOutput>
      CreateContainerResponse: MessageTypeDefinition<_runtime_v1_CreateContainerResponse, _runtime_v1_CreateContainerResponseOutput>
      DNSConfig: MessageTypeDefinition<_runtime_v1_DNSConfig, _runtime_v1_DNSConfigOutput>
      Device: MessageTypeDefinition<_runtime_v1_Device, _runtime_v1_DeviceOutput>
      ExecRequest: MessageTypeDefinition<_runtime_v1_ExecRequest, _runtime_v1_ExecRequestOutput>
      ExecResponse: MessageTypeDefinition<_runtime_v1_ExecResponse, _runtime_v1_ExecResponseOutput>
      ExecSyncRequest: MessageTypeDefinition<_runtime_v1_ExecSyncRequest, _runtime_v1_ExecSyncRequestOutput>
      ExecSyncResponse: MessageTypeDefinition<_runtime_v1_ExecSyncResponse, _runtime_v1_ExecSyncResponseOutput>
      FilesystemIdentifier: MessageTypeDefinition<_runtime_v1_FilesystemIdentifier, _runtime_v1_FilesystemIdentifierOutput>
      FilesystemUsage: MessageTypeDefinition<_runtime_v1_FilesystemUsage, _runtime_v1_FilesystemUsageOutput>
      GetEventsRequest: MessageTypeDefinition<_runtime_v1_GetEventsRequest, _runtime_v1_GetEventsRequestOutput>
      HugepageLimit: MessageTypeDefinition<_runtime_v1_HugepageLimit, _runtime_v1_HugepageLimitOutput>
      IDMapping: MessageTypeDefinition<_runtime_v1_IDMapping, _runtime_v1_IDMappingOutput>
      Image: MessageTypeDefinition<_runtime_v1_Image, _runtime_v1_ImageOutput>
      ImageFilter: MessageTypeDefinition<_runtime_v1_ImageFilter, _runtime_v1_ImageFilterOutput>
      ImageFsInfoRequest: MessageTypeDefinition<_runtime_v1_ImageFsInfoRequest, _runtime_v1_ImageFsInfoRequestOutput>
      ImageFsInfoResponse: MessageTypeDefinition<_runtime_v1_ImageFsInfoResponse, _runtime_v1_ImageFsInfoResponseOutput>
      /**
       * Images on this node.
       */
      ImageService: SubtypeConstructor<typeof grpc.Client, _runtime_v1_ImageServiceClient> & { service: _runtime_v1_ImageServiceDefinition }
      ImageSpec: MessageTypeDefinition<_runtime_v1_ImageSpec, _runtime_v1_ImageSpecOutput>
      ImageStatusRequest: MessageTypeDefinition<_runtime_v1_ImageStatusRequest, _runtime_v1_ImageStatusRequestOutput>
      ImageStatusResponse: MessageTypeDefinition<_runtime_v1_ImageStatusResponse, _runtime_v1_ImageStatusResponseOutput>
      Int64Value: MessageTypeDefinition<_runtime_v1_Int64Value, _runtime_v1_Int64ValueOutput>
      IoUsage: MessageTypeDefinition<_runtime_v1_IoUsage, _runtime_v1_IoUsageOutput>
      KeyValue: MessageTypeDefinition<_runtime_v1_KeyValue, _runtime_v1_KeyValueOutput>
      LinuxContainerConfig: MessageTypeDefinition<_runtime_v1_LinuxContainerConfig, _runtime_v1_LinuxContainerConfigOutput>
      LinuxContainerResources: MessageTypeDefinition<_runtime_v1_LinuxContainerResources, _runtime_v1_LinuxContainerResourcesOutput>
      LinuxContainerSecurityContext: MessageTypeDefinition<_runtime_v1_LinuxContainerSecurityContext, _runtime_v1_LinuxContainerSecurityContextOutput>
      LinuxContainerUser: MessageTypeDefinition<_runtime_v1_LinuxContainerUser, _runtime_v1_LinuxContainerUserOutput>
      LinuxPodSandboxConfig: MessageTypeDefinition<_runtime_v1_LinuxPodSandboxConfig, _runtime_v1_LinuxPodSandboxConfigOutput>
      LinuxPodSandboxStats: MessageTypeDefinition<_runtime_v1_LinuxPodSandboxStats, _runtime_v1_LinuxPodSandboxStatsOutput>
      LinuxPodSandboxStatus: MessageTypeDefinition<_runtime_v1_LinuxPodSandboxStatus, _runtime_v1_LinuxPodSandboxStatusOutput>
      LinuxRuntimeConfiguration: MessageTypeDefinition<_runtime_v1_LinuxRuntimeConfiguration, _runtime_v1_LinuxRuntimeConfigurationOutput>
      LinuxSandboxSecurityContext: MessageTypeDefinition<_runtime_v1_LinuxSandboxSecurityContext, _runtime_v1_LinuxSandboxSecurityContextOutput>
      ListContainerStatsRequest: MessageTypeDefinition<_runtime_v1_ListContainerStatsRequest, _runtime_v1_ListContainerStatsRequestOutput>
      ListContainerStatsResponse: MessageTypeDefinition<_runtime_v1_ListContainerStatsResponse, _runtime_v1_ListContainerStatsResponseOutput>
      ListContainersRequest: MessageTypeDefinition<_runtime_v1_ListContainersRequest, _runtime_v1_ListContainersRequestOutput>
      ListContainersResponse: MessageTypeDefinition<_runtime_v1_ListContainersResponse, _runtime_v1_ListContainersResponseOutput>
      ListImagesRequest: MessageTypeDefinition<_runtime_v1_ListImagesRequest, _runtime_v1_ListImagesRequestOutput>
      ListImagesResponse: MessageTypeDefinition<_runtime_v1_ListImagesResponse, _runtime_v1_ListImagesResponseOutput>
      ListMetricDescriptorsRequest: MessageTypeDefinition<_runtime_v1_ListMetricDescriptorsRequest, _runtime_v1_ListMetricDescriptorsRequestOutput>
      ListMetricDescriptorsResponse: MessageTypeDefinition<_runtime_v1_ListMetricDescriptorsResponse, _runtime_v1_ListMetricDescriptorsResponseOutput>
      ListPodSandboxMetricsRequest: MessageTypeDefinition<_runtime_v1_ListPodSandboxMetricsRequest, _runtime_v1_ListPodSandboxMetricsRequestOutput>
      ListPodSandboxMetricsResponse: MessageTypeDefinition<_runtime_v1_ListPodSandboxMetricsResponse, _runtime_v1_ListPodSandboxMetricsResponseOutput>
      ListPodSandboxRequest: MessageTypeDefinition<_runtime_v1_ListPodSandboxRequest, _runtime_v1_ListPodSandboxRequestOutput>
      ListPodSandboxResponse: MessageTypeDefinition<_runtime_v1_ListPodSandboxResponse, _runtime_v1_ListPodSandboxResponseOutput>
      ListPodSandboxStatsRequest: MessageTypeDefinition<_runtime_v1_ListPodSandboxStatsRequest, _runtime_v1_ListPodSandboxStatsRequestOutput>
      ListPodSandboxStatsResponse: MessageTypeDefinition<_runtime_v1_ListPodSandboxStatsResponse, _runtime_v1_ListPodSandboxStatsResponseOutput>
      MemoryUsage: MessageTypeDefinition<_runtime_v1_MemoryUsage, _runtime_v1_MemoryUsageOutput>
      Metric: MessageTypeDefinition<_runtime_v1_Metric, _runtime_v1_MetricOutput>
      MetricDescriptor: MessageTypeDefinition<_runtime_v1_MetricDescriptor, _runtime_v1_MetricDescriptorOutput>
      MetricType: EnumTypeDefinition
      Mount: MessageTypeDefinition<_runtime_v1_Mount, _runtime_v1_MountOutput>
      MountPropagation: EnumTypeDefinition
      Namespace: MessageTypeDefinition<_runtime_v1_Namespace, _runtime_v1_NamespaceOutput>
      NamespaceMode: EnumTypeDefinition
      NamespaceOption: MessageTypeDefinition<_runtime_v1_NamespaceOption, _runtime_v1_NamespaceOptionOutput>
      NetworkConfig: MessageTypeDefinition<_runtime_v1_NetworkConfig, _runtime_v1_NetworkConfigOutput>
      NetworkInterfaceUsage: MessageTypeDefinition<_runtime_v1_NetworkInterfaceUsage, _runtime_v1_NetworkInterfaceUsageOutput>
      NetworkUsage: MessageTypeDefinition<_runtime_v1_NetworkUsage, _runtime_v1_NetworkUsageOutput>
      PodIP: MessageTypeDefinition<_runtime_v1_PodIP, _runtime_v1_PodIPOutput>
      PodSandbox: MessageTypeDefinition<_runtime_v1_PodSandbox, _runtime_v1_PodSandboxOutput>
      PodSandboxAttributes: MessageTypeDefinition<_runtime_v1_PodSandboxAttributes, _runtime_v1_PodSandboxAttributesOutput>
      PodSandboxConfig: MessageTypeDefinition<_runtime_v1_PodSandboxConfig, _runtime_v1_PodSandboxConfigOutput>
      PodSandboxFilter: MessageTypeDefinition<_runtime_v1_PodSandboxFilter, _runtime_v1_PodSandboxFilterOutput>
      PodSandboxMetadata: MessageTypeDefinition<_runtime_v1_PodSandboxMetadata, _runtime_v1_PodSandboxMetadataOutput>
      PodSandboxMetrics: MessageTypeDefinition<_runtime_v1_PodSandboxMetrics, _runtime_v1_PodSandboxMetricsOutput>
      PodSandboxNetworkStatus: MessageTypeDefinition<_runtime_v1_PodSandboxNetworkStatus, _runtime_v1_PodSandboxNetworkStatusOutput>
      PodSandboxState: EnumTypeDefinition
      PodSandboxStateValue: MessageTypeDefinition<_runtime_v1_PodSandboxStateValue, _runtime_v1_PodSandboxStateValueOutput>
      PodSandboxStats: MessageTypeDefinition<_runtime_v1_PodSandboxStats, _runtime_v1_PodSandboxStatsOutput>
      PodSandboxStatsFilter: MessageTypeDefinition<_runtime_v1_PodSandboxStatsFilter, _runtime_v1_PodSandboxStatsFilterOutput>
      PodSandboxStatsRequest: MessageTypeDefinition<_runtime_v1_PodSandboxStatsRequest, _runtime_v1_PodSandboxStatsRequestOutput>
      PodSandboxStatsResponse: MessageTypeDefinition<_runtime_v1_PodSandboxStatsResponse, _runtime_v1_PodSandboxStatsResponseOutput>
      PodSandboxStatus: MessageTypeDefinition<_runtime_v1_PodSandboxStatus, _runtime_v1_PodSandboxStatusOutput>
      PodSandboxStatusRequest: MessageTypeDefinition<_runtime_v1_PodSandboxStatusRequest, _runtime_v1_PodSandboxStatusRequestOutput>
      PodSandboxStatusResponse: MessageTypeDefinition<_runtime_v1_PodSandboxStatusResponse, _runtime_v1_PodSandboxStatusResponseOutput>
      PortForwardRequest: MessageTypeDefinition<_runtime_v1_PortForwardRequest, _runtime_v1_PortForwardRequestOutput>
      PortForwardResponse: MessageTypeDefinition<_runtime_v1_PortForwardResponse, _runtime_v1_PortForwardResponseOutput>
      PortMapping: MessageTypeDefinition<_runtime_v1_PortMapping, _runtime_v1_PortMappingOutput>
      ProcessUsage: MessageTypeDefinition<_runtime_v1_ProcessUsage, _runtime_v1_ProcessUsageOutput>
      Protocol: EnumTypeDefinition
      PsiData: MessageTypeDefinition<_runtime_v1_PsiData, _runtime_v1_PsiDataOutput>
      PsiStats: MessageTypeDefinition<_runtime_v1_PsiStats, _runtime_v1_PsiStatsOutput>
      PullImageRequest: MessageTypeDefinition<_runtime_v1_PullImageRequest, _runtime_v1_PullImageRequestOutput>
      PullImageResponse: MessageTypeDefinition<_runtime_v1_PullImageResponse, _runtime_v1_PullImageResponseOutput>
      RemoveContainerRequest: MessageTypeDefinition<_runtime_v1_RemoveContainerRequest, _runtime_v1_RemoveContainerRequestOutput>
      RemoveContainerResponse: MessageTypeDefinition<_runtime_v1_RemoveContainerResponse, _runtime_v1_RemoveContainerResponseOutput>
      RemoveImageRequest: MessageTypeDefinition<_runtime_v1_RemoveImageRequest, _runtime_v1_RemoveImageRequestOutput>
      RemoveImageResponse: MessageTypeDefinition<_runtime_v1_RemoveImageResponse, _runtime_v1_RemoveImageResponseOutput>
      RemovePodSandboxRequest: MessageTypeDefinition<_runtime_v1_RemovePodSandboxRequest, _runtime_v1_RemovePodSandboxRequestOutput>
      RemovePodSandboxResponse: MessageTypeDefinition<_runtime_v1_RemovePodSandboxResponse, _runtime_v1_RemovePodSandboxResponseOutput>
      ReopenContainerLogRequest: MessageTypeDefinition<_runtime_v1_ReopenContainerLogRequest, _runtime_v1_ReopenContainerLogRequestOutput>
      ReopenContainerLogResponse: MessageTypeDefinition<_runtime_v1_ReopenContainerLogResponse, _runtime_v1_ReopenContainerLogResponseOutput>
      RestorePodRequest: MessageTypeDefinition<_runtime_v1_RestorePodRequest, _runtime_v1_RestorePodRequestOutput>
      RestorePodResponse: MessageTypeDefinition<_runtime_v1_RestorePodResponse, _runtime_v1_RestorePodResponseOutput>
      RestoredContainer: MessageTypeDefinition<_runtime_v1_RestoredContainer, _runtime_v1_RestoredContainerOutput>
      RunPodSandboxRequest: MessageTypeDefinition<_runtime_v1_RunPodSandboxRequest, _runtime_v1_RunPodSandboxRequestOutput>
      RunPodSandboxResponse: MessageTypeDefinition<_runtime_v1_RunPodSandboxResponse, _runtime_v1_RunPodSandboxResponseOutput>
      RuntimeCondition: MessageTypeDefinition<_runtime_v1_RuntimeCondition, _runtime_v1_RuntimeConditionOutput>
      RuntimeConfig: MessageTypeDefinition<_runtime_v1_RuntimeConfig, _runtime_v1_RuntimeConfigOutput>
      RuntimeConfigRequest: MessageTypeDefinition<_runtime_v1_RuntimeConfigRequest, _runtime_v1_RuntimeConfigRequestOutput>
      RuntimeConfigResponse: MessageTypeDefinition<_runtime_v1_RuntimeConfigResponse, _runtime_v1_RuntimeConfigResponseOutput>
      RuntimeFeatures: MessageTypeDefinition<_runtime_v1_RuntimeFeatures, _runtime_v1_RuntimeFeaturesOutput>
      RuntimeHandler: MessageTypeDefinition<_runtime_v1_RuntimeHandler, _runtime_v1_RuntimeHandlerOutput>
      RuntimeHandlerFeatures: MessageTypeDefinition<_runtime_v1_RuntimeHandlerFeatures, _runtime_v1_RuntimeHandlerFeaturesOutput>
      /**
       * Pod sandboxes, containers, and the runtime itself.
       */
      RuntimeService: SubtypeConstructor<typeof grpc.Client, _runtime_v1_RuntimeServiceClient> & { service: _runtime_v1_RuntimeServiceDefinition }
      RuntimeStatus: MessageTypeDefinition<_runtime_v1_RuntimeStatus, _runtime_v1_RuntimeStatusOutput>
      SELinuxOption: MessageTypeDefinition<_runtime_v1_SELinuxOption, _runtime_v1_SELinuxOptionOutput>
      SecurityProfile: MessageTypeDefinition<_runtime_v1_SecurityProfile, _runtime_v1_SecurityProfileOutput>
      Signal: EnumTypeDefinition
      StartContainerRequest: MessageTypeDefinition<_runtime_v1_StartContainerRequest, _runtime_v1_StartContainerRequestOutput>
      StartContainerResponse: MessageTypeDefinition<_runtime_v1_StartContainerResponse, _runtime_v1_StartContainerResponseOutput>
      StatusRequest: MessageTypeDefinition<_runtime_v1_StatusRequest, _runtime_v1_StatusRequestOutput>
      StatusResponse: MessageTypeDefinition<_runtime_v1_StatusResponse, _runtime_v1_StatusResponseOutput>
      StopContainerRequest: MessageTypeDefinition<_runtime_v1_StopContainerRequest, _runtime_v1_StopContainerRequestOutput>
      StopContainerResponse: MessageTypeDefinition<_runtime_v1_StopContainerResponse, _runtime_v1_StopContainerResponseOutput>
      StopPodSandboxRequest: MessageTypeDefinition<_runtime_v1_StopPodSandboxRequest, _runtime_v1_StopPodSandboxRequestOutput>
      StopPodSandboxResponse: MessageTypeDefinition<_runtime_v1_StopPodSandboxResponse, _runtime_v1_StopPodSandboxResponseOutput>
      StreamContainerStatsRequest: MessageTypeDefinition<_runtime_v1_StreamContainerStatsRequest, _runtime_v1_StreamContainerStatsRequestOutput>
      StreamContainerStatsResponse: MessageTypeDefinition<_runtime_v1_StreamContainerStatsResponse, _runtime_v1_StreamContainerStatsResponseOutput>
      StreamContainersRequest: MessageTypeDefinition<_runtime_v1_StreamContainersRequest, _runtime_v1_StreamContainersRequestOutput>
      StreamContainersResponse: MessageTypeDefinition<_runtime_v1_StreamContainersResponse, _runtime_v1_StreamContainersResponseOutput>
      StreamImagesRequest: MessageTypeDefinition<_runtime_v1_StreamImagesRequest, _runtime_v1_StreamImagesRequestOutput>
      StreamImagesResponse: MessageTypeDefinition<_runtime_v1_StreamImagesResponse, _runtime_v1_StreamImagesResponseOutput>
      StreamPodSandboxMetricsRequest: MessageTypeDefinition<_runtime_v1_StreamPodSandboxMetricsRequest, _runtime_v1_StreamPodSandboxMetricsRequestOutput>
      StreamPodSandboxMetricsResponse: MessageTypeDefinition<_runtime_v1_StreamPodSandboxMetricsResponse, _runtime_v1_StreamPodSandboxMetricsResponseOutput>
      StreamPodSandboxStatsRequest: MessageTypeDefinition<_runtime_v1_StreamPodSandboxStatsRequest, _runtime_v1_StreamPodSandboxStatsRequestOutput>
      StreamPodSandboxStatsResponse: MessageTypeDefinition<_runtime_v1_StreamPodSandboxStatsResponse, _runtime_v1_StreamPodSandboxStatsResponseOutput>
      StreamPodSandboxesRequest: MessageTypeDefinition<_runtime_v1_StreamPodSandboxesRequest, _runtime_v1_StreamPodSandboxesRequestOutput>
      StreamPodSandboxesResponse: MessageTypeDefinition<_runtime_v1_StreamPodSandboxesResponse, _runtime_v1_StreamPodSandboxesResponseOutput>
      SupplementalGroupsPolicy: EnumTypeDefinition
      SwapUsage: MessageTypeDefinition<_runtime_v1_SwapUsage, _runtime_v1_SwapUsageOutput>
      UInt64Value: MessageTypeDefinition<_runtime_v1_UInt64Value, _runtime_v1_UInt64ValueOutput>
      UpdateContainerResourcesRequest: MessageTypeDefinition<_runtime_v1_UpdateContainerResourcesRequest, _runtime_v1_UpdateContainerResourcesRequestOutput>
      UpdateContainerResourcesResponse: MessageTypeDefinition<_runtime_v1_UpdateContainerResourcesResponse, _runtime_v1_UpdateContainerResourcesResponseOutput>
      UpdatePodSandboxResourcesRequest: MessageTypeDefinition<_runtime_v1_UpdatePodSandboxResourcesRequest, _runtime_v1_UpdatePodSandboxResourcesRequestOutput>
      UpdatePodSandboxResourcesResponse: MessageTypeDefinition<_runtime_v1_UpdatePodSandboxResourcesResponse, _runtime_v1_UpdatePodSandboxResourcesResponseOutput>
      UpdateRuntimeConfigRequest: MessageTypeDefinition<_runtime_v1_UpdateRuntimeConfigRequest, _runtime_v1_UpdateRuntimeConfigRequestOutput>
      UpdateRuntimeConfigResponse: MessageTypeDefinition<_runtime_v1_UpdateRuntimeConfigResponse, _runtime_v1_UpdateRuntimeConfigResponseOutput>
      UserNamespace: MessageTypeDefinition<_runtime_v1_UserNamespace, _runtime_v1_UserNamespaceOutput>
      VersionRequest: MessageTypeDefinition<_runtime_v1_VersionRequest, _runtime_v1_VersionRequestOutput>
      VersionResponse: MessageTypeDefinition<_runtime_v1_VersionResponse, _runtime_v1_VersionResponseOutput>
      WindowsContainerConfig: MessageTypeDefinition<_runtime_v1_WindowsContainerConfig, _runtime_v1_WindowsContainerConfigOutput>
      WindowsContainerResources: MessageTypeDefinition<_runtime_v1_WindowsContainerResources, _runtime_v1_WindowsContainerResourcesOutput>
      WindowsContainerSecurityContext: MessageTypeDefinition<_runtime_v1_WindowsContainerSecurityContext, _runtime_v1_WindowsContainerSecurityContextOutput>
      WindowsContainerStats: MessageTypeDefinition<_runtime_v1_WindowsContainerStats, _runtime_v1_WindowsContainerStatsOutput>
      WindowsCpuGroupAffinity: MessageTypeDefinition<_runtime_v1_WindowsCpuGroupAffinity, _runtime_v1_WindowsCpuGroupAffinityOutput>
      WindowsCpuUsage: MessageTypeDefinition<_runtime_v1_WindowsCpuUsage, _runtime_v1_WindowsCpuUsageOutput>
      WindowsFilesystemUsage: MessageTypeDefinition<_runtime_v1_WindowsFilesystemUsage, _runtime_v1_WindowsFilesystemUsageOutput>
      WindowsMemoryUsage: MessageTypeDefinition<_runtime_v1_WindowsMemoryUsage, _runtime_v1_WindowsMemoryUsageOutput>
      WindowsNamespaceOption: MessageTypeDefinition<_runtime_v1_WindowsNamespaceOption, _runtime_v1_WindowsNamespaceOptionOutput>
      WindowsNetworkInterfaceUsage: MessageTypeDefinition<_runtime_v1_WindowsNetworkInterfaceUsage, _runtime_v1_WindowsNetworkInterfaceUsageOutput>
      WindowsNetworkUsage: MessageTypeDefinition<_runtime_v1_WindowsNetworkUsage, _runtime_v1_WindowsNetworkUsageOutput>
      WindowsPodSandboxConfig: MessageTypeDefinition<_runtime_v1_WindowsPodSandboxConfig, _runtime_v1_WindowsPodSandboxConfigOutput>
      WindowsPodSandboxStats: MessageTypeDefinition<_runtime_v1_WindowsPodSandboxStats, _runtime_v1_WindowsPodSandboxStatsOutput>
      WindowsProcessUsage: MessageTypeDefinition<_runtime_v1_WindowsProcessUsage, _runtime_v1_WindowsProcessUsageOutput>
      WindowsSandboxSecurityContext: MessageTypeDefinition<_runtime_v1_WindowsSandboxSecurityContext, _runtime_v1_WindowsSandboxSecurityContextOutput>
    }
  }
}

